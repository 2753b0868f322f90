"""The model of a recorded run, made when something has to be evaluated for the first time."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

from deepreplay import legacy, models
from deepreplay.arrays import Arrays
from deepreplay.engine import Engine
from deepreplay.errors import ModelError
from deepreplay.run import Run

__all__ = ["RecordedModel"]


class RecordedModel:
    """A model of the recorded architecture: the user's, or one that Keras makes from what was recorded.

    Parameters
    ----------
    run
        What was recorded.
    inputs
        The recorded samples, for models that tell their shapes from them.
    given
        The user's model, which stays as it is; None to make one.
    model_filename
        For recordings of DeepReplay 0.1: the file of the model, where it is not beside them.
    safe_mode
        Refuse models whose config holds code.

    Raises
    ------
    ArgumentTypeError, ModelError
        `given` is no built Keras model, or its weights are not of the recorded shapes.
    """

    def __init__(
        self,
        run: Run,
        inputs: Arrays,
        given: Any = None,
        model_filename: str | os.PathLike[str] | None = None,
        *,
        safe_mode: bool = True,
    ) -> None:
        self._run = run
        self._inputs = inputs
        self._given = given
        self._model_filename = model_filename
        self._safe_mode = safe_mode
        self._engine: Engine | None = None
        if given is not None:
            models.check_is_model(given)
            models.check_same_weights(given, run.shapes())
        elif run.from_keras_2:
            # Where there is no such model, what was recorded can be read all the same; the reason is said later.
            with suppress(ModelError):
                run.header = legacy.with_names(run.header, self._from_keras_2())

    def new(self) -> models.Rebuilt:
        """A model of its own, with any weights.

        Raises
        ------
        ModelError
            Keras can't make it.
        """
        if self._given is not None:
            return models.Rebuilt(model=models.duplicate(self._given))
        return self._from_keras_2().rebuilt if self._run.from_keras_2 else self._rebuilt(blank=False)

    def _rebuilt(self, *, blank: bool) -> models.Rebuilt:
        rebuilt = models.rebuild(self._run.header["model"], safe_mode=self._safe_mode, blank=blank)
        models.built_on(rebuilt.model, self._inputs)
        return rebuilt

    def _for_weights(self) -> models.Rebuilt:
        """A model whose own weights are never looked at."""
        if self._given is not None:
            return models.Rebuilt(model=self._given)
        if not self._run.from_keras_2:
            # A layer of the user's own may ask more of its initializer than to be one.
            with suppress(ModelError):
                return self._rebuilt(blank=True)
        return self.new()

    def engine(self) -> Engine:
        """What evaluates it; the same at every call.

        Raises
        ------
        ModelError
            Keras can't make the model.
        """
        if self._engine is None:
            made = self._for_weights()
            engine = Engine(made.model, made.uncompiled)
            if self._given is None and models.settles(made.model):
                if not self._run.epochs:
                    return engine
                # What was adapted before the training stays as it was. Where weights are missing, nothing is evaluated.
                with suppress(ModelError):
                    models.settle(made.model, self._run.weights(0))
            self._engine = engine
        return self._engine

    def _from_keras_2(self) -> legacy.LegacyModel:
        path = legacy.model_file(self._run.location, self._run.group, self._model_filename)
        return legacy.load_model(path)
