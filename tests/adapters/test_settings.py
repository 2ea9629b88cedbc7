"""Settings: who beats whom, and that nothing unknown is passed over."""

from pathlib import Path

import pytest

from refactor.adapters.settings import TEMPLATE, Settings, load_settings
from refactor.model.errors import ConfigError
from refactor.model.weighing import AS_PROPOSED, ViewWeights


def load(folder: Path, text: str = "", pyproject: str = "", **environment: str) -> Settings:
    if text:
        (folder / "refactor.toml").write_text(text)
    if pyproject:
        (folder / "pyproject.toml").write_text(pyproject)
    return load_settings(folder, environment)


def error(folder: Path, text: str = "", pyproject: str = "", **environment: str) -> tuple[str, str, str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, text, pyproject, **environment)
    return caught.value.message, caught.value.where.replace(str(folder), "."), caught.value.hint


def test_defaults(tmp_path: Path) -> None:
    assert load(tmp_path) == Settings()


def test_what_init_writes_is_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, TEMPLATE) == Settings()


def test_what_init_shows_is_known(tmp_path: Path) -> None:
    shown = [line[2:] if line.startswith("# ") else line for line in TEMPLATE.splitlines()[2:]]
    settings = load(tmp_path, "\n".join(shown))
    assert settings.services == (3, 12)
    assert settings.environment("moved-out") == {"STATE": "database"}


def test_pyproject(tmp_path: Path) -> None:
    assert load(tmp_path, pyproject="[tool.refactor]\nseed = 3\n").seed == 3
    assert load(tmp_path, pyproject="[tool.other]\nseed = 3\n").seed == 0


def test_own_file_beats_pyproject_environment_beats_both_options_beat_all(tmp_path: Path) -> None:
    below = "[tool.refactor]\nseed = 1\njobs = 9\n"
    assert load(tmp_path, "seed = 2\n", below) == Settings(seed=2)
    settings = load(tmp_path, "seed = 2\n", below, REFACTOR_SEED="3")
    assert settings.seed == 3
    assert settings.over(seed=4, jobs=None) == Settings(seed=4)


def test_environment(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        "[verify]\nboot = 'a'\n",
        REFACTOR_SERVICES="3-9",
        REFACTOR_EXCLUDE="a, b",
        REFACTOR_VERIFY_PYTHON="py",
        HOME="/",
    )
    assert settings.services == (3, 9)
    assert settings.exclude == ("a", "b")
    assert (settings.verify.boot, settings.verify.python) == ("a", "py")


def test_unknown_keys(tmp_path: Path) -> None:
    assert error(tmp_path, "\nsede = 1\n") == ("unknown setting 'sede'", "./refactor.toml:2:1", "did you mean seed?")
    assert error(tmp_path, "seed = 1\n[verify]\n  bot = 'a'\n") == (
        "unknown setting 'verify.bot'", "./refactor.toml:3:3", "did you mean boot?",
    )  # fmt: skip
    assert error(tmp_path, "[verify.profiles.x]\nenvs = 1\n")[:2] == (
        "unknown setting 'verify.profiles.x.envs'", "./refactor.toml:2:1",
    )  # fmt: skip
    assert error(tmp_path, "[verfy]\n") == ("unknown setting 'verfy'", "./refactor.toml:1:1", "did you mean verify?")


def test_unknown_keys_in_pyproject(tmp_path: Path) -> None:
    assert error(tmp_path, pyproject="[project]\nsede = 1\n[tool.refactor]\nsede = 1\n")[1] == "./pyproject.toml:4:1"


def test_unknown_keys_in_environment(tmp_path: Path) -> None:
    assert error(tmp_path, REFACTOR_SEDE="1") == (
        "unknown setting REFACTOR_SEDE",
        "the environment",
        "did you mean REFACTOR_SEED?",
    )


def test_wrong_values(tmp_path: Path) -> None:
    message, where, _ = error(tmp_path, "jobs = 1\nseed = 'x'\n")
    assert (message, where) == (
        "a setting can't be understood: Expected `int`, got `str` - at `$.seed`", "./refactor.toml:2:1",
    )  # fmt: skip
    assert error(tmp_path, "services = [5, 2]\n")[0] == "services must be a range such as [3, 12], not [5, 2]"
    assert error(tmp_path, REFACTOR_SERVICES="many")[0].startswith("a setting can't be understood")


def test_broken_toml(tmp_path: Path) -> None:
    assert error(tmp_path, "seed = 1\nx = = 2\n")[1] == "./refactor.toml:2:5"


def test_profiles(tmp_path: Path) -> None:
    settings = load(tmp_path, "[verify.env]\nA = '1'\nB = '1'\n[verify.profiles.out.env]\nB = '2'\n")
    assert settings.environment("") == {"A": "1", "B": "1"}
    assert settings.environment("out") == {"A": "1", "B": "2"}
    with pytest.raises(ConfigError, match="no profile is named ot"):
        settings.environment("ot")


def test_weights(tmp_path: Path) -> None:
    assert load(tmp_path).weights == AS_PROPOSED
    assert load(tmp_path, "[weights]\nvocabulary = 0\nuse_cases = 2.5\n").weights == ViewWeights(
        vocabulary=0, use_cases=2.5
    )
    assert load(tmp_path, REFACTOR_WEIGHTS_USE_CASES="3").weights == ViewWeights(vocabulary=0, use_cases=3)


def test_weights_in_pyproject(tmp_path: Path) -> None:
    assert load(tmp_path, pyproject="[tool.refactor.weights]\ncalls = 0\n").weights == ViewWeights(calls=0)


def test_weights_that_cannot_be(tmp_path: Path) -> None:
    assert error(tmp_path, "[weights]\nvocabulry = 1\n") == (
        "unknown setting 'weights.vocabulry'", "./refactor.toml:2:1", "did you mean vocabulary?",
    )  # fmt: skip
    assert error(tmp_path, "[weights]\ncalls = 1\n state = -1\n")[:2] == (
        "weights.state must be a number from 0 (off) upwards, not -1", "./refactor.toml:3:2",
    )  # fmt: skip
    assert error(tmp_path, "[weights]\ncalls = nan\n")[:2] == (
        "weights.calls must be a number from 0 (off) upwards, not nan", "./refactor.toml:2:1",
    )  # fmt: skip
    assert error(tmp_path, "[weights]\ncalls = inf\n")[0].endswith("not inf")
    assert error(tmp_path, "[weights]\ncalls = 'much'\n")[1] == "./refactor.toml:2:1"
    assert error(tmp_path, "seed = 1\n", REFACTOR_WEIGHTS_CALLS="-2")[:2] == (
        "weights.calls must be a number from 0 (off) upwards, not -2", "the environment",
    )  # fmt: skip
    assert error(tmp_path, "seed = 1\n", REFACTOR_WEIGHTS_CALL="1")[2] == "did you mean REFACTOR_WEIGHTS_CALLS?"
