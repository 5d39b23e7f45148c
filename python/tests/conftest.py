"""PyTorch is what the tests compare with: where it is missing they are skipped, but not where CONVGRAD_ORACLE says that it is there."""
import os


def pytest_configure(config):
    if os.environ.get("CONVGRAD_ORACLE") == "1":
        import torch  # noqa: F401
