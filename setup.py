"Installs LatentWire from settings.ini, nbdev's one place for names, versions and requirements."

import shutil
from configparser import ConfigParser
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

here = Path(__file__).parent
parser = ConfigParser(delimiters=["="], interpolation=None)
parser.read(here / "settings.ini", encoding="utf-8")
cfg = parser["DEFAULT"]

EXTRAS = (
    "notebooks",
    "demo",
    "geometry",
    "sentencepiece",
    "quant",
    "gguf",
    "stats",
    "llmlingua",
    "tensorboard",
    "wandb",
    "umap",
    "real",
    "lm_eval",
)
extras = {k: cfg[f"{k}_requirements"].split() for k in EXTRAS}
extras["dev"] = cfg["dev_requirements"].split()
extras["dev"] += [x for k in ("notebooks", "geometry", "sentencepiece", "gguf", "real") for x in extras[k]]


class WithNotebooks(build_py):
    "A package that is not a checkout brings experiments, their parameters, and what jobs are made of"

    SHIPPED = ("nbs/experiments/*.ipynb", "papermill_runs/*.yaml", "slurm/job.sbatch", "slurm/profiles/*.json")

    def run(self):
        super().run()
        if self.editable_mode:  # the checkout has them
            return
        for p in (p for pattern in self.SHIPPED for p in here.glob(pattern)):
            to = Path(self.build_lib) / "latentwire" / "shipped" / p.relative_to(here)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(p, to)


setup(
    name=cfg["lib_name"],
    version=cfg["version"],
    description=cfg["description"],
    long_description=(here / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    author=cfg["author"],
    author_email=cfg["author_email"],
    url=cfg["git_url"],
    license="MIT",
    keywords=cfg["keywords"],
    packages=find_packages(include=["latentwire*"]),
    package_dir={"": "."},  # so that an editable install sees the checkout, and with it the contributors' tools in dev/
    package_data={"latentwire": ["lab/*/*", "shapes/*", "viz/js/*"]},
    include_package_data=True,
    python_requires=f">={cfg['min_python']},<3.14",
    install_requires=cfg["requirements"].split(),
    extras_require=extras,
    cmdclass={"build_py": WithNotebooks},
    entry_points={
        "console_scripts": [cfg["console_scripts"]],
        "nbdev": [f"{cfg['lib_name']}={cfg['lib_name']}._modidx:d"],
    },
    zip_safe=False,
)
