"""A plugin that asks for other plugins while it is imported."""

from handyhooks.manager import manager

manager().names("handyspark_outlier_methods")
