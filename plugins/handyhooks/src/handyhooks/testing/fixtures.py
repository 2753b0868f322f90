"""Fixtures for pytest. Import them into a ``conftest.py``; nothing registers them behind your back.

Examples
--------
>>> from handyhooks.testing.fixtures import fresh_manager
"""

from __future__ import annotations

import pytest

from handyhooks.manager import Manager

__all__ = ["fresh_manager"]


@pytest.fixture
def fresh_manager() -> Manager:
    """Give a manager that has not looked for plugins yet, so that a test may change what is to be found."""
    return Manager()
