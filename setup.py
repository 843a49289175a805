"""The wheel's packages, data and dependencies; everything else stands in pyproject.toml.

assets/ goes into the wheel as maskgil/assets. Dependencies are declared once, in the requirements
files.
"""

from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
PACKAGES = find_packages(
    include=["app", "app.*", "maskgil", "maskgil.*", "polyvoice", "polyvoice.*"]
)


def requirements(name: str) -> list[str]:
    """What a requirements file names itself, without the files that it includes."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r"))]


setup(
    packages=[*PACKAGES, "maskgil.assets"],
    package_dir={"maskgil.assets": "assets"},
    package_data={
        "": ["*.tsv", "*.html", "*.md"],
        "app": ["words.json"],
        "app.web": ["static/*"],
        "maskgil.assets": ["**/*"],
    },
    install_requires=requirements("requirements.txt"),
    extras_require={
        "train": requirements("requirements-train.txt"),
        "photo": requirements("requirements-photo.txt"),
        "ray": requirements("requirements-ray.txt"),
        "dev": requirements("requirements-dev.txt") + requirements("requirements-train.txt"),
    },
)
