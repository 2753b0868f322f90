# /// script
# requires-python = ">=3.10"
# dependencies = ["nox[uv]>=2026.4.10", "uv>=0.9"]
# ///
"""What developers and CI run: `python3 noxfile.py --list` shows it.

A bare Python is enough: where nox is missing, this file makes an environment with nox for itself in `.nox/`.
`uv run noxfile.py`, `pipx run noxfile.py` and plain `nox` do the same.
"""

from __future__ import annotations

import argparse
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parent
NOX_DIR = ROOT / ".nox"


def main() -> int:
    """Run nox on this file, in an environment that has it."""
    # What this file imports and its syntax work on older Pythons too, so that they can say this.
    if sys.version_info < (3, 10):  # noqa: UP036
        return _give_up(
            "Python 3.10 or newer is needed; this is {}.{} ({}).".format(*sys.version_info[:2], sys.executable)
        )
    python = Path(sys.executable) if _has_nox() else _make_nox_environment()
    command = [str(python), "-m", "nox", "--noxfile", str(ROOT / "noxfile.py"), *sys.argv[1:]]
    try:
        return subprocess.call(command)
    except KeyboardInterrupt:
        return 130


def _nox_requirements() -> list[str]:
    source = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    return re.findall(r'"([^"]+)"', source.split("# dependencies = ", 1)[1].splitlines()[0])


def _has_nox() -> bool:
    """Whether nox and uv, new enough, can be imported here."""
    import importlib.metadata

    for requirement in _nox_requirements():
        name, _, lowest = requirement.partition(">=")
        try:
            version = importlib.metadata.version(name.partition("[")[0])
        except importlib.metadata.PackageNotFoundError:
            return False
        if _numbers(version) < _numbers(lowest):
            return False
    return True


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def _make_nox_environment() -> Path:
    """Make the private environment unless it is there, and return its Python."""
    home = NOX_DIR / "nox-itself"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp, made_for = home / "made-for.txt", "\n".join([*_nox_requirements(), sys.version, sys.base_prefix])
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == made_for:
        return python
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError as error:
        advice = "on Debian and Ubuntu, install `python3-venv`; anywhere, `pipx run noxfile.py` or `uv run noxfile.py`."
        raise SystemExit(_give_up(f"this Python can't make an environment ({error}): {advice}")) from None
    print(f"Making an environment with nox in {home}", flush=True)
    venv.create(home, clear=True, with_pip=True)
    if subprocess.call([str(python), "-m", "pip", "install", "--quiet", *_nox_requirements()]):
        raise SystemExit(_give_up("nox could not be installed; pip says why above."))
    # Written last, so that an environment left half made is made again.
    stamp.write_text(made_for, encoding="utf-8")
    return python


def _give_up(reason: str) -> int:
    sys.stderr.write(f"noxfile.py: {reason}\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())

import nox  # noqa: E402 - a bare Python has no nox; what stands above gets it one

nox.needs_version = ">=2026.4.10"
nox.options.default_venv_backend = "uv"

WHEELS = NOX_DIR / "built-wheels"
OWN = ("--find-links", str(WHEELS))  # for what a wheel needs of the other distributions
HOMES = {
    nox.project.load_toml(path)["project"]["name"]: path.parent for path in sorted(ROOT.glob("p*/*/pyproject.toml"))
}
HOSTS = ["handyspark", "deepreplay"]
# What the default line and the checks of single distributions install besides what a distribution always needs.
EXTRAS = {"deepreplay": "[jax]", "handyhooks": "[testing]"}
KERAS = {"KERAS_BACKEND": "jax"}
# Two processes, each with a Spark of its own where it needs one: much of a test is waiting. `-- -n 0` for one.
IN_PARALLEL = ("-n", "2", "--dist", "worksteal")
# Zarr 3 begins with Python 3.11; PySpark 3.5 and the oldest releases that are allowed end with it.
FOR_ZARR = "3.11" if sys.version_info < (3, 11) else None
FOR_OLD_RELEASES = "3.11" if sys.version_info >= (3, 12) else None


@nox.session(python=FOR_ZARR)
def lint(session: nox.Session) -> None:
    """Check style, format and types."""
    _install_spark(session)
    session.install(*_group(ROOT, "lint"), *_editable(*HOMES))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run(
        "mypy", "noxfile.py", ".ci/check_wheel.py", ".ci/cluster.py", *[str(home / "src") for home in HOMES.values()]
    )


@nox.session(python=FOR_ZARR)
def tests(session: nox.Session) -> None:
    """Run the whole suite: newest PySpark, Keras on JAX, all plugins."""
    _need_java(session)
    _install_spark(session)
    session.install(*_editable(*HOMES), *_test_groups(*HOMES), *_group(ROOT, "together"), *_group(ROOT, "parallel"))
    session.run("pytest", *IN_PARALLEL, "--durations", "25", *session.posargs, env=KERAS)


@nox.session(default=False)
def demo(session: nox.Session) -> None:
    """Run both main jobs and leave demo-output/index.html; takes `-- --titanic PATH`."""
    parser = argparse.ArgumentParser(prog="python3 noxfile.py -s demo --", allow_abbrev=False)
    parser.add_argument("--titanic", type=Path, metavar="PATH", help="CSV file of the passengers")
    path = parser.parse_args(session.posargs).titanic
    if path is not None:
        path = Path(session.invoked_from, path.expanduser()).resolve()
        if not path.is_file():
            session.error(f"There is no file {path}.")
    elif (ROOT.parent / "shared/data/titanic.csv").is_file():
        path = ROOT.parent / "shared/data/titanic.csv"
    _need_java(session)
    _install_spark(session)
    session.install(*_editable("handyhooks", *HOSTS, "handyspark-mahalanobis", "handy-ridgeline"))
    output = ROOT / "demo-output"
    shutil.rmtree(output, ignore_errors=True)
    titanic, parabola = HOMES["handyspark"] / "examples/titanic.py", HOMES["deepreplay"] / "examples/parabola.py"
    passengers = ["--titanic", str(path)] if path else []
    session.run("python", str(titanic), "--output", str(output / "handyspark"), *passengers)
    session.run("python", str(parabola), "--output", str(output / "deepreplay"), env=KERAS)
    session.log(f"Open this in a browser: {_write_page(output)}")


@nox.session(default=False)
def wheels(session: nox.Session) -> None:
    """Build the sdist of each distribution, and the wheel from the sdist."""
    shutil.rmtree(WHEELS, ignore_errors=True)
    session.run("uv", "build", "--quiet", "--all-packages", "--out-dir", str(WHEELS))


@nox.session(default=False, requires=["wheels"], python=FOR_ZARR)
@nox.parametrize(
    ("distribution", "host"),
    [
        nox.param("handyhooks", None, id="handyhooks"),
        nox.param("handyspark", None, id="handyspark"),
        nox.param("deepreplay", None, id="deepreplay"),
        nox.param("handyspark-mahalanobis", "handyspark", id="handyspark-mahalanobis"),
        nox.param("deepreplay-zarr", "deepreplay", id="deepreplay-zarr"),
        nox.param("handy-ridgeline", "handyspark", id="handy-ridgeline, handyspark"),
        nox.param("handy-ridgeline", "deepreplay", id="handy-ridgeline, deepreplay"),
    ],
)
def alone(session: nox.Session, distribution: str, host: str | None) -> None:
    """Install one wheel by itself, import all of it, then run its own tests."""
    if "handyspark" in (distribution, host):
        _need_java(session)
    if distribution == "handyspark":
        _install_spark(session)
    module = distribution.replace("-", "_")
    session.install(_wheel(distribution), *OWN)
    # Not by the exit code alone: PySpark ends the process with 0 where a module of Connect finds no gRPC.
    if "imported" not in str(session.run("python", "-I", "-c", f"import {module}; print('imported')", silent=True)):
        session.error(f"`import {module}` ended the process.")
    session.install(_wheel(_with_extras(distribution)), *OWN)
    others = [name for name in HOSTS if name != distribution]
    session.run("python", "-I", str(ROOT / ".ci/check_wheel.py"), distribution, "--absent", *others, env=KERAS)
    if host == "handyspark":
        _install_spark(session)
    hosts = [host] if host else []
    groups = [*_test_groups(distribution, *hosts), *_group(ROOT, "parallel")]
    session.install(*[_wheel(_with_extras(name)) for name in hosts], *groups, *OWN)
    # A plugin's few tests are done before a second Spark has started.
    several = IN_PARALLEL if host is None else ()
    _test_copy(session, *several, _tests_of(distribution), "-m", "not thorough")


@nox.session(default=False, requires=["wheels"], python=FOR_ZARR)
def together(session: nox.Session) -> None:
    """Install all wheels, hosts and plugins, in one environment and use them."""
    _need_java(session)
    _install_spark(session)
    session.install(*[_wheel(_with_extras(name)) for name in HOMES], *_group(ROOT, "together"))
    _test_copy(session, "tests/together")


@nox.session(default=False, tags=["matrix"], python=FOR_OLD_RELEASES)
@nox.parametrize(
    ("versions", "remote"),
    [
        nox.param(["pyspark==3.5.*", "pandas<3"], None, id="spark-3.5"),
        nox.param(["pyspark==4.0.*", "pandas<3"], None, id="spark-4.0"),
        nox.param(["pandas<3"], None, id="spark-latest, pandas-2"),
        nox.param(["pandas>=3"], None, id="spark-latest, pandas-3"),
        nox.param([], "local[2]", id="spark-latest, connect"),
    ],
)
def handyspark(session: nox.Session, versions: list[str], remote: str | None) -> None:
    """Test handyspark on one line of PySpark and of pandas, or over Spark Connect."""
    _need_java(session)
    _install_spark(session, *(version for version in versions if version.startswith("pyspark")))
    session.install(*_editable("handyhooks", "handyspark"), *_test_groups("handyspark"), *versions)
    session.run(
        "pytest", "tests/handyspark", *session.posargs, env={"HANDYSPARK_TEST_REMOTE": remote} if remote else {}
    )


@nox.session(default=False, python=FOR_ZARR)
def cluster(session: nox.Session) -> None:
    """Test handyspark on a cluster of its own on loopback: through spark://, and through sc:// (Spark Connect)."""
    _need_java(session)
    _install_spark(session)
    session.install(*_editable("handyhooks", "handyspark"), *_test_groups("handyspark"))
    session.run("python", str(ROOT / ".ci/cluster.py"), "pytest", "tests/handyspark", *session.posargs)


@nox.session(default=False, tags=["matrix"])
@nox.parametrize("backend", ["jax", "torch", "tensorflow"], ids=["jax", "torch", "tensorflow"])
def deepreplay(session: nox.Session, backend: str) -> None:
    """Test deepreplay on one backend of Keras."""
    home = HOMES["deepreplay"]
    if backend == "torch":
        # pip takes a build for CPUs where one lies at hand; uv downloads the one for CUDA.
        _install_with_pip(session, *_group(home, "torch"))
    session.install(*_editable("handyhooks"), "-e", f"{home}[{backend}]", *_test_groups("deepreplay"))
    session.run("pytest", "tests/deepreplay", *session.posargs, env={"KERAS_BACKEND": backend})


@nox.session(default=False, tags=["matrix"], python=FOR_ZARR or FOR_OLD_RELEASES)
@nox.parametrize("host", HOSTS, ids=HOSTS)
def minimums(session: nox.Session, host: str) -> None:
    """Test a host and its plugins with the oldest releases that their pyprojects allow."""
    if host == "handyspark":
        _need_java(session)
        _install_spark(session, *(requirement.replace(">=", "==") for requirement in _pyspark()))
    plugins = {"handyspark": "handyspark-mahalanobis", "deepreplay": "deepreplay-zarr"}
    members = ["handyhooks", host, plugins[host], "handy-ridgeline"]
    session.install("--resolution", "lowest-direct", *_editable(*members), *_test_groups(*members))
    session.run("pytest", *[_tests_of(name) for name in members], *session.posargs, env=KERAS)


def _install_spark(session: nox.Session, *versions: str) -> None:
    """Install PySpark alone, ahead of what needs it."""
    # PySpark comes as source. pip keeps the wheel it builds; uv builds again where an index forbids caching.
    _install_with_pip(session, "--no-deps", "--no-compile", *_pyspark(), *versions)


def _install_with_pip(session: nox.Session, *arguments: str) -> None:
    session.install("pip")
    session.run("python", "-m", "pip", "install", "--quiet", *arguments)


def _pyspark() -> list[str]:
    dependencies = nox.project.load_toml(HOMES["handyspark"] / "pyproject.toml")["project"]["dependencies"]
    return [requirement for requirement in dependencies if requirement.startswith("pyspark")]


def _editable(*names: str) -> list[str]:
    """Arguments that install distributions from their source trees."""
    return [word for name in names for word in ("-e", f"{HOMES[name]}{EXTRAS.get(name, '')}")]


def _with_extras(name: str) -> str:
    return name + EXTRAS.get(name, "")


def _wheel(requirement: str) -> str:
    """Turn a name, with extras or without, into a requirement that takes the wheel built here."""
    (path,) = WHEELS.glob(f"{requirement.partition('[')[0].replace('-', '_')}-*.whl")
    return f"{requirement} @ {path.as_uri()}"


def _group(home: Path, group: str) -> tuple[str, ...]:
    return nox.project.dependency_groups(nox.project.load_toml(home / "pyproject.toml"), group)


def _test_groups(*names: str) -> list[str]:
    return sorted({requirement for name in names for requirement in _group(HOMES[name], "test")})


def _tests_of(name: str) -> str:
    """Where the tests of a distribution are."""
    module = name.replace("-", "_")
    return f"tests/{module}" if name in (*HOSTS, "handyhooks") else f"tests/plugins/{module}"


def _test_copy(session: nox.Session, *arguments: str) -> None:
    """Run tests in a copy of the checkout that has no source tree to import from."""
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory, "checkout")
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns("src", ".git", ".nox", "demo-output", "__pycache__"))
        if (ROOT.parent / "shared").is_dir():
            Path(directory, "shared").symlink_to(ROOT.parent / "shared", target_is_directory=True)
        with session.chdir(copy):
            session.run("pytest", *arguments, *session.posargs, env=KERAS)


def _need_java(session: nox.Session) -> None:
    """End the session unless Spark will find a Java that it runs on."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=Path(home, "bin") if home else None)
    place = f"JAVA_HOME={home}" if home else "the PATH"
    if java is None:
        problem = f"no Java was found in {place}"
    else:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
        version = java_version(said.stderr + said.stdout)
        if version is not None and version >= 17:
            return
        problem = f"{java}, found in {place}, is " + ("no Java that works" if version is None else f"Java {version}")
    session.error(
        f"Spark needs Java 17 or newer, and {problem}. Install one and try again: "
        "`apt install openjdk-17-jre-headless` on Debian and Ubuntu, `brew install openjdk@17` on macOS, "
        "or from https://adoptium.net. "
        "Where several are installed, JAVA_HOME chooses."
    )


def java_version(said: str) -> int | None:
    """Major version in what `java -version` says, as 8 in `version "1.8.0_392"`."""
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(found.group(1)) if found else None


def _write_page(output: Path) -> Path:
    """Write the page that shows what the demo left."""
    parts = []
    for path in sorted(output.rglob("*")):
        name = path.relative_to(output).as_posix()
        title, link = html.escape(name), urllib.parse.quote(name)
        if path.suffix in {".png", ".svg", ".gif", ".webp"}:
            parts.append(f'<figure><img src="{link}" alt="{title}"><figcaption>{title}</figcaption></figure>')
        elif path.suffix == ".mp4":
            parts.append(f'<figure><video src="{link}" controls loop></video><figcaption>{title}</figcaption></figure>')
        elif path.is_dir() and (path / "metadata").is_dir() and (path / "stages").is_dir():
            code = html.escape(f"PipelineModel.load({str(path)!r})")
            parts.append(f"<p>The fitted pipeline, saved: <code>{code}</code></p>")
    page = output / "index.html"
    style = "body {font: 16px sans-serif; margin: 2em auto; max-width: 80em} img, video {max-width: 100%}"
    page.write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>handyspark and deepreplay</title>'
        f"<style>{style}</style><h1>handyspark and deepreplay</h1>\n" + "\n".join(parts) + "\n</html>\n",
        encoding="utf-8",
    )
    return page
