"""Which records the manager finds, and what becomes of plugins that are broken."""

from __future__ import annotations

import dataclasses
import sys
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from handyhooks.errors import DuplicateNameError, HandyhooksError, PluginWarning, UnknownHookError, UnknownNameError
from handyhooks.manager import Failure, Manager, manager

Install = Callable[..., Manager]
OUTLIERS = "handyspark_outlier_methods"
STRATEGIES = "handyspark_imputation_strategies"
PLOTS = "handyspark_plot_kinds"
STORAGE = "deepreplay_storage_backends"


def unknown(found: Manager, name: str, hook: str = OUTLIERS) -> str:
    with pytest.raises(UnknownNameError) as caught:
        found.get(hook, name)
    return str(caught.value)


def only_failure(found: Manager) -> Failure:
    [failure] = found.failures
    return failure


# What is found


def test_a_plugins_record_is_found_by_hook_and_name(install: Install) -> None:
    assert install("working").get(OUTLIERS, "steady").name == "steady"


def test_a_record_is_found_with_what_provides_it(install: Install) -> None:
    found = install("working", "host")
    assert found.find(OUTLIERS, "steady").label == "working-plugin 1.2"
    assert found.find(OUTLIERS, "native").built_in
    with pytest.raises(UnknownNameError, match="stead"):
        found.find(OUTLIERS, "stead")


def test_a_record_is_listed_with_its_hook_distribution_and_version(install: Install) -> None:
    [provided] = install("working").records(OUTLIERS)
    assert (provided.distribution, provided.version, provided.entry_point) == ("working-plugin", "1.2", "methods")
    assert (provided.hook, provided.record.name, provided.built_in) == (OUTLIERS, "steady", False)
    with pytest.raises(dataclasses.FrozenInstanceError):
        provided.hook = PLOTS  # type: ignore[misc]


def test_records_built_into_a_host_are_found_without_importing_plugins(install: Install) -> None:
    found = install("host", "working")
    assert found.get(OUTLIERS, "native").summary == "The host's."
    assert "working_plugin" not in sys.modules


def test_plugins_are_imported_when_a_name_is_not_built_in(install: Install) -> None:
    found = install("host", "working")
    assert found.get(OUTLIERS, "steady").name == "steady"
    assert "working_plugin" in sys.modules


def test_a_list_has_built_in_records_and_plugins_sorted_by_name(install: Install) -> None:
    found = install("working", "host", "both_hosts")
    assert found.names(OUTLIERS) == ("both", "native", "steady")
    origins = [(provided.label, provided.built_in) for provided in found.records(OUTLIERS)]
    assert origins == [("both-hosts-plugin 1.0", False), ("handyspark 9.8.7", True), ("working-plugin 1.2", False)]


def test_without_plugins_and_hosts_lists_are_empty(install: Install) -> None:
    found = install()
    assert found.records(OUTLIERS) == ()
    assert found.names(STORAGE) == ()
    assert found.failures == ()


def test_a_plugin_for_a_host_that_is_not_installed_does_no_harm(install: Install) -> None:
    found = install("host", "both_hosts")
    assert found.get(OUTLIERS, "both").name == "both"
    assert found.names(STORAGE) == ("both",)
    assert found.failures == ()


def test_a_host_from_before_there_were_plugins_has_no_records(install: Install) -> None:
    assert install("old_host", "working").names(OUTLIERS) == ("steady",)


def test_a_host_whose_records_cannot_be_imported_is_an_error_of_its_own(install: Install) -> None:
    with pytest.raises(ModuleNotFoundError, match="a_module_that_nobody_has"):
        install("broken_host", "working").get(OUTLIERS, "steady")


def test_there_is_one_manager_in_a_process() -> None:
    assert manager() is manager()


def test_a_hook_that_is_not_in_the_spec_is_an_error_with_a_hint(install: Install) -> None:
    for ask in (lambda hook: install().get(hook, "x"), install().records, install().names):
        with pytest.raises(
            UnknownHookError, match=r"no hook 'handyspark_plot_kind';.*Did you mean 'handyspark_plot_kinds'"
        ):
            ask("handyspark_plot_kind")


def test_threads_that_ask_first_at_once_get_the_same_records(install: Install) -> None:
    found = install("host", "working", "twin_one", "raising")
    start = threading.Barrier(8)

    def ask(_: int) -> tuple[object, ...]:
        start.wait()
        return found.records(OUTLIERS)

    with pytest.warns(PluginWarning) as caught, ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(8)))
    assert all(answer is answers[0] for answer in answers)
    assert len(found.failures) == len(caught) == 1


# Names


def test_an_unknown_name_lists_what_is_installed_and_what_is_near(install: Install) -> None:
    message = unknown(install("host", "working"), "stedy")
    assert "There is no outlier method 'stedy'. Did you mean 'steady'?" in message
    assert "Installed: native, steady." in message


def test_an_unknown_name_where_nothing_is_installed_says_so(install: Install) -> None:
    assert unknown(install(), "anything") == "There is no outlier method 'anything'.\nInstalled: none."


@pytest.mark.parametrize(
    ("hook", "name", "distribution"),
    [
        (OUTLIERS, "mahalanobis", "handyspark-mahalanobis"),
        (PLOTS, "ridgeline", "handy-ridgeline"),
        ("deepreplay_visualizations", "ridgeline", "handy-ridgeline"),
        (STORAGE, "zarr", "deepreplay-zarr"),
        (OUTLIERS, "mahalanobsi", "handyspark-mahalanobis"),
    ],
)
def test_a_name_of_a_known_plugin_says_what_to_install(
    install: Install, hook: str, name: str, distribution: str
) -> None:
    assert f"pip install {distribution}" in unknown(install("working"), name, hook)


def test_a_name_of_a_known_plugin_for_another_hook_is_no_hint(install: Install) -> None:
    assert "pip install" not in unknown(install(), "zarr", PLOTS)


def test_a_name_that_two_plugins_offer_is_an_error_that_names_both(install: Install) -> None:
    with pytest.raises(DuplicateNameError) as caught:
        install("twin_one", "twin_two").get(OUTLIERS, "twin")
    message = str(caught.value)
    assert "outlier method 'twin' is offered 2 times: by twin-one 1.0" in message
    assert "twin-two 2.0" in message
    assert "HANDYHOOKS_DISABLE=twin-one or HANDYHOOKS_DISABLE=twin-two" in message


def test_two_plugins_with_one_name_go_on_working_otherwise(install: Install) -> None:
    found = install("twin_one", "twin_two")
    assert found.get(OUTLIERS, "only_one").summary == "Of one."
    assert found.get(OUTLIERS, "only_two").summary == "Of two."
    assert found.failures == ()


def test_a_list_shows_both_records_of_one_name(install: Install) -> None:
    found = install("twin_two", "twin_one")
    twins = [provided.label for provided in found.records(OUTLIERS) if provided.record.name == "twin"]
    assert twins == ["twin-one 1.0", "twin-two 2.0"]


def test_names_are_those_that_get_finds(install: Install) -> None:
    found = install("twin_one", "twin_two")
    assert found.names(OUTLIERS) == ("only_one", "only_two")


def test_a_name_that_one_distribution_offers_twice_is_an_error_that_names_both_entry_points(install: Install) -> None:
    with pytest.raises(DuplicateNameError, match=r"twice-plugin 1.0 .*'first'.* and twice-plugin 1.0 .*'second'"):
        install("twice").get(OUTLIERS, "twice")


def test_entry_points_of_one_name_in_two_distributions_are_both_loaded(install: Install) -> None:
    found = install("working", "twin_one", "takes_built_in")
    assert {provided.entry_point for provided in found.records(OUTLIERS)} == {"methods"}
    assert found.names(OUTLIERS) == ("foreign", "native", "only_one", "steady", "twin")


def test_a_built_in_name_is_not_taken_over(install: Install) -> None:
    found = install("host", "takes_built_in")
    with pytest.warns(PluginWarning, match="takes-built-in-plugin 1.0 .*'native'.*built into handyspark 9.8.7"):
        assert found.names(OUTLIERS) == ("foreign", "native")
    assert found.get(OUTLIERS, "native").summary == "The host's."
    assert only_failure(found).hook == OUTLIERS


# What is broken


@pytest.mark.parametrize(
    ("folder", "label", "cause"),
    [
        ("import_error", "import-error-plugin 0.3", "ModuleNotFoundError: No module named 'a_module_that_nobody_has'"),
        ("exits", "exits-plugin 0.1", "SystemExit: usage: exits_plugin FILE"),
        ("wrong_signature", "wrong-signature-plugin 2.0", "PluginValidationError: .*frame"),
        ("no_hook", "no-hook-plugin 1.0", "it implements no hook: mark its functions with @handyhooks.hookimpl"),
    ],
)
def test_a_plugin_that_cannot_be_loaded_is_set_aside_with_a_warning(
    install: Install, folder: str, label: str, cause: str
) -> None:
    found = install("host", "working", folder)
    with pytest.warns(PluginWarning, match=f"{label} .*{cause}") as caught:
        assert found.names(OUTLIERS) == ("native", "steady")
    assert len(caught) == 1
    failure = only_failure(found)
    assert (failure.label, failure.hook, failure.host_missing) == (label, None, False)
    assert "\n" not in failure.cause


@pytest.mark.parametrize(
    ("folder", "hook", "cause"),
    [
        ("raising", OUTLIERS, "RuntimeError: the oven is cold"),
        ("wrong_record", OUTLIERS, "must yield FenceMethod or ScoreMethod records; it yielded ImputationStrategy"),
        ("wrong_record", STRATEGIES, "must yield ImputationStrategy records, .*; it returned ImputationStrategy"),
        ("wrong_record", PLOTS, "must yield PlotKind records; it yielded 'h'"),
        ("wrapper", OUTLIERS, "a wrapper"),
    ],
)
def test_what_a_faulty_hook_offers_is_set_aside_with_a_warning(
    install: Install, folder: str, hook: str, cause: str
) -> None:
    found = install(folder)
    with pytest.warns(PluginWarning, match=cause) as caught:
        assert found.names(hook) == ()
    assert len(caught) == 1
    assert only_failure(found).hook == hook


def test_a_faulty_hook_leaves_the_plugins_other_hooks_alone(install: Install) -> None:
    found = install("raising")
    assert found.names(STRATEGIES) == ("zero",)
    with pytest.warns(PluginWarning):
        assert found.names(OUTLIERS) == ()
    assert found.names(STRATEGIES) == ("zero",)


def test_a_misspelt_hook_is_set_aside_with_a_hint_and_the_plugins_other_hooks_work(install: Install) -> None:
    found = install("misspelt_hook")
    text = "misspelt-hook-plugin 1.0 .*no hook 'handyspark_outlier_method'.*Did you mean 'handyspark_outlier_methods'"
    with pytest.warns(PluginWarning, match=text) as caught:
        assert found.names(OUTLIERS) == ("spelt",)
    assert len(caught) == 1
    assert "no hook 'handyspark_outlier_method'" in unknown(found, "x", PLOTS)


def test_a_plugin_whose_host_is_not_installed_is_noted_without_a_warning(install: Install) -> None:
    found = install("needs_deepreplay", "working")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert found.names(OUTLIERS) == ("steady",)
    failure = only_failure(found)
    assert failure.host_missing
    assert failure.cause == "it needs deepreplay, which is not installed"


def test_one_object_under_two_entry_points_and_two_entry_points_of_one_name_are_used_once(install: Install) -> None:
    found = install("repeated")
    with pytest.warns(PluginWarning) as caught:
        assert found.get(OUTLIERS, "repeated").name == "repeated"
    causes = [failure.cause for failure in found.failures]
    assert causes == [
        "its distribution has another entry point called 'a'",
        "it is the same object as repeated-plugin:a",
    ]
    assert len(caught) == 2


def test_a_plugin_that_asks_for_plugins_while_it_is_loaded_is_set_aside(install: Install) -> None:
    found = install("curious", "working")
    with pytest.warns(PluginWarning, match="curious-plugin 1.0 .*HandyhooksError: A plugin asked"):
        assert found.names(OUTLIERS) == ("steady",)


def test_a_keyboard_interrupt_ends_loading_and_the_next_call_starts_anew(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = install("working")

    def interrupt() -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("importlib.metadata.EntryPoint.load", lambda _: interrupt())
        with pytest.raises(KeyboardInterrupt):
            found.names(OUTLIERS)
    assert found.names(OUTLIERS) == ("steady",)


def test_a_warning_is_given_once(install: Install) -> None:
    found = install("import_error")
    with pytest.warns(PluginWarning):
        found.records(OUTLIERS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found.records(OUTLIERS)
        found.records(PLOTS)


def test_a_warning_points_to_the_line_that_asked(install: Install) -> None:
    with pytest.warns(PluginWarning) as caught:
        install("import_error").names(OUTLIERS)
    assert caught[0].filename == __file__


def test_a_warning_that_is_an_error_for_the_user_loses_nothing(install: Install) -> None:
    found = install("import_error", "working")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(PluginWarning):
            found.names(OUTLIERS)
        assert found.names(OUTLIERS) == ("steady",)


@pytest.mark.filterwarnings("ignore::handyhooks.errors.PluginWarning")
@pytest.mark.parametrize(
    ("folder", "repeated"),
    [
        ("import_error", "import-error-plugin 0.3: ModuleNotFoundError: No module named 'a_module_that_nobody_has'"),
        ("raising", f"raising-plugin 1.0, hook {OUTLIERS}: RuntimeError: the oven is cold"),
        ("needs_deepreplay", "needs-deepreplay-plugin 1.0: it needs deepreplay, which is not installed"),
    ],
)
def test_an_unknown_name_repeats_what_was_set_aside(install: Install, folder: str, repeated: str) -> None:
    assert f"Set aside: {repeated}" in unknown(install(folder), "early")


@pytest.mark.filterwarnings("ignore::handyhooks.errors.PluginWarning")
def test_an_unknown_name_is_silent_about_faults_of_other_hooks(install: Install) -> None:
    found = install("raising")
    found.records(OUTLIERS)
    assert "raising" not in unknown(found, "x", STRATEGIES)


def test_errors_of_the_manager_share_their_base() -> None:
    for kind in (UnknownHookError, UnknownNameError, DuplicateNameError):
        assert issubclass(kind, HandyhooksError)
        assert issubclass(kind, LookupError)


# What is disabled


@pytest.mark.parametrize(
    "value", ["twin-one", "Twin_One", "nobody, twin.one ,", "*,nobody", "twin-one,twin-two,working-plugin"]
)
def test_a_disabled_distribution_is_left_out(install: Install, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    found = install("twin_one")
    monkeypatch.setenv("HANDYHOOKS_DISABLE", value)
    assert found.names(OUTLIERS) == ()
    assert [origin.label for origin in found.disabled] == ["twin-one 1.0"]
    assert "twin_one" not in sys.modules


def test_others_go_on_working_beside_a_disabled_distribution(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDYHOOKS_DISABLE", "twin-one")
    assert install("twin_one", "twin_two").get(OUTLIERS, "twin").summary == "Of two."


def test_built_in_records_are_never_disabled(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDYHOOKS_DISABLE", "*,handyspark")
    assert install("host", "working").names(OUTLIERS) == ("native",)


@pytest.mark.parametrize("value", ["", " ", ",", "nobody", "working"])
def test_names_of_no_distribution_disable_nothing(
    install: Install, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("HANDYHOOKS_DISABLE", value)
    assert install("working").names(OUTLIERS) == ("steady",)


def test_an_unknown_name_tells_what_is_disabled(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDYHOOKS_DISABLE", "working-plugin")
    message = unknown(install("working", "twin_one"), "steady")
    assert "Left out by HANDYHOOKS_DISABLE: working-plugin 1.2." in message
