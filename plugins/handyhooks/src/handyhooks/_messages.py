"""What the user reads when a name is not found, or found twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from handyhooks._discovery import DISABLE, canonical
from handyhooks._near import nearest
from handyhooks.hookspecs import NOUNS, RECORDS
from handyhooks.origins import Failure, Origin, Provided

__all__ = ["duplicate_name", "set_aside", "unknown_name"]

_PROVIDERS: Final = {
    ("handyspark_outlier_methods", "mahalanobis"): "handyspark-mahalanobis",
    ("handyspark_plot_kinds", "ridgeline"): "handy-ridgeline",
    ("deepreplay_visualizations", "ridgeline"): "handy-ridgeline",
    ("deepreplay_storage_backends", "zarr"): "deepreplay-zarr",
}
"""Names that the plugins of this repository provide, and the distribution of each."""


def unknown_name(
    hook: str,
    name: str,
    names: Iterable[str],
    *,
    installed: Sequence[Origin],
    disabled: Sequence[Origin],
    failures: Sequence[Failure],
) -> str:
    """Say what there is instead of `name`, and why it may be missing."""
    names = sorted(set(names))
    present = {canonical(origin.distribution) for origin in installed}
    providers = {known: owner for (of, known), owner in _PROVIDERS.items() if of == hook and owner not in present}
    near = nearest(str(name), {*names, *providers} - {name})
    lines = [f"There is no {NOUNS[hook]} {name!r}." + (f" Did you mean {near!r}?" if near else "")]
    lines += [f"Installed: {', '.join(names) or 'none'}."]
    lines += [
        f"{known!r} comes with a plugin: pip install {owner}"
        for known, owner in providers.items()
        if known in (name, near)
    ]
    if disabled:
        lines.append(f"Left out by {DISABLE}: {', '.join(sorted({origin.label for origin in disabled}))}.")
    lines += [f"Set aside: {failure}" for failure in failures if failure.hook in (None, hook) or _unheard(failure)]
    return "\n".join(lines)


def _unheard(failure: Failure) -> bool:
    """Whether it is about a misspelt hook, which may have been meant to be any."""
    return failure.hook not in RECORDS


def duplicate_name(hook: str, name: str, offers: Sequence[Provided]) -> str:
    """Say who offers `name`, and what to do about it."""
    owners = " and ".join(f"{offer.label} (entry point {offer.entry_point!r})" for offer in offers)
    leave_out = " or ".join(sorted({f"{DISABLE}={offer.distribution}" for offer in offers}))
    return (
        f"The {NOUNS[hook]} {name!r} is offered {len(offers)} times: by {owners}. "
        f"Uninstall all but one, or leave it out with the environment variable {leave_out}."
    )


def set_aside(failure: Failure) -> str:
    """Text of the warning about a failure."""
    what = "the plugin" if failure.hook is None else f"from the hook {failure.hook} of the plugin"
    return f"Set aside: {what} {failure.label} (entry point {failure.entry_point!r}): {failure.cause}"
