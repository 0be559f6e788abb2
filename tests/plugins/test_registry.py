"""Entry points: ours come in by them, and a broken plug-in is named."""

import sys
import textwrap

import pytest

from tertulia.domain.policy import Policy
from tertulia.domain.transfer import UnreadableFile
from tertulia.plugins import registry
from tertulia.plugins.contracts import Exporter, Importer


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Put a package with entry points on the path, as pip would."""

    def put(points, code=""):
        name = f"plugin_{tmp_path.name.replace('-', '_')}"
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(code))
        info = tmp_path / f"{name}-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        (info / "entry_points.txt").write_text(points.replace("MODULE", name))
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.delitem(sys.modules, name, raising=False)

    return put


def test_every_rule_of_the_standard_policy_is_installed_in_its_order():
    names = Policy().rules

    assert tuple(rule.name for rule in registry.rules(names)) == names


def test_our_importers_and_exporters_are_installed():
    importers, exporters = registry.importers(), registry.exporters()

    assert {"flat", "native", "wordpress"} <= set(importers)
    assert all(isinstance(importer, Importer) for importer in importers.values())
    assert all(isinstance(exporter, Exporter) for exporter in exporters.values())


def test_our_notifier_is_made_from_its_settings_and_another_is_refused():
    settings = {"server": "smtps://mail.example", "sender": "comments@gazette.example"}

    assert registry.notifier("email", settings).name == "email"
    with pytest.raises(registry.BrokenPlugin, match="notifier plug-in 'pigeon': is not installed"):
        registry.notifier("pigeon", settings)
    with pytest.raises(registry.BrokenPlugin, match="notifier plug-in 'email': refuses its settings"):
        registry.notifier("email", {})


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b'{"record":"tertulia","version":1,"site":"h"}\n', "native"),
        (b'<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel>', "wordpress"),
        (b"A report of some length here\nA comment that follows the report\n", "flat"),
    ],
)
def test_a_file_is_recognised_by_one_importer(head, name):
    assert registry.recognise(registry.importers(), head, "x").name == name


def test_a_file_that_nobody_knows_is_refused_with_the_formats_there_are():
    with pytest.raises(UnreadableFile, match="flat, native, wordpress"):
        registry.recognise(registry.importers(), b"\x89PNG", "x")


def test_a_plugin_gets_its_own_settings(install):
    code = """
        class Shout:
            name = "shout"
            def __init__(self, settings): self.limit = settings["limit"]
            def screen(self, screening): return []
    """
    install("[tertulia.rule]\nshout = MODULE:Shout\n", code)

    [rule] = registry.rules(("shout",), {"shout": {"limit": 3}})

    assert rule.limit == 3


@pytest.mark.parametrize(
    ("target", "code", "reason"),
    [
        ("MODULE_missing:make", "", "does not load"),
        ("MODULE:missing", "", "does not load"),
        ("MODULE:make", "make = 3", "not callable"),
        ("MODULE:make", "def make(settings): return 3", "no Rule"),
        ("MODULE:make", "def make(settings): return settings['words']", "refuses its settings"),
        (
            "MODULE:Odd",
            "class Odd:\n  name = 'other'\n  def __init__(self, s): pass\n  def screen(self, s): return []",
            "calls itself 'other'",
        ),
    ],
)
def test_a_broken_plugin_is_named_with_the_reason(install, target, code, reason):
    install(f"[tertulia.rule]\nodd = {target}\n", code)

    with pytest.raises(registry.BrokenPlugin, match=f"rule plug-in 'odd': .*{reason}"):
        registry.rules(("odd",))


def test_two_packages_may_not_offer_one_name(install):
    install("[tertulia.rule]\nlength = MODULE:make\n", "make = list")

    with pytest.raises(registry.BrokenPlugin, match="'length': two installed packages"):
        registry.load("rule")


def test_an_unknown_rule_or_kind_is_refused():
    with pytest.raises(registry.BrokenPlugin, match="'gone': is not installed"):
        registry.rules(("gone",))
    with pytest.raises(registry.BrokenPlugin, match="no such kind"):
        registry.load("ornament")
