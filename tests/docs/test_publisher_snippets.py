"""What the manual gives publications to sign their tokens with is run, by their own languages, and believed.

The frameworks around it are stood in for by a few lines each, but for Django, which is itself.
"""

import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tertulia.builtin.sign_in import publisher_token
from tertulia.plugins.contracts import Identity
from tests import parts
from tests.docs import pages

PAGE = pages.DOCS / "how-to" / "publisher-token.md"
KEY_PLACE = "/etc/gazette/comments-private.pem"

WORDPRESS = """
$actions = [];
function add_action(string $name, callable $do): void { global $actions; $actions[$name] = $do; }
function nocache_headers(): void { header('Cache-Control: no-cache, no-store'); }
function user_can(object $user, string $what): bool { return $what === 'read_premium'; }
function wp_get_current_user(): object {
    return new class {
        public int $ID = 7;
        public string $display_name = 'Nora Ødegård "Lind"';
        public function exists(): bool { return getenv('READER') !== ''; }
    };
}
"""
ASK_WORDPRESS = (
    "$actions[getenv('READER') === '' ? 'wp_ajax_nopriv_comments_token' : 'wp_ajax_comments_token']();"
)

LARAVEL = """<?php
namespace Illuminate\\Http {
    class Request {
        public function user(): ?object {
            return getenv('READER') === '' ? null : new class {
                public string $name = 'Nora Ødegård "Lind"';
                public string $email = 'nora@reader.example';
                public function getKey(): int { return 7; }
                public function hasVerifiedEmail(): bool { return true; }
            };
        }
    }
}
namespace Illuminate\\Support\\Facades {
    class Route {
        public static function get(string $path, callable $do): void {
            echo $path === '/comments-token' ? $do(new \\Illuminate\\Http\\Request())->text : 'elsewhere';
        }
    }
}
namespace {
    class Answer {
        public function __construct(public string $text) {}
        public function header(string $name, string $value): self { return $this; }
    }
    function response(string $text): Answer { return new Answer($text); }
    function config(string $name): string {
        return $name === 'services.comments.private_key' ? file_get_contents(getenv('KEY')) : '';
    }
}
"""

EXPRESS = """
const app = {
  get: (path, answer) => answer(
    { user: process.env.READER ? { id: 7, name: 'Nora Ødegård "Lind"' } : undefined },
    { set() { return this; }, type() { return this; }, send: (text) => process.stdout.write(text) },
  ),
};
"""

DJANGO = """
import os
import django
from django.conf import settings

settings.configure(
    COMMENTS_PRIVATE_KEY=open(os.environ["KEY"]).read(),
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
)
django.setup()
"""
ASK_DJANGO = """
from django.contrib.auth.models import AnonymousUser, User
from django.test import RequestFactory

request = RequestFactory().get("/comments-token")
nora = User(pk=7, first_name="Nora", last_name='Ødegård "Lind"')
request.user = nora if os.environ["READER"] else AnonymousUser()
answer = comments_token(request)
assert "no-store" in answer["Cache-Control"], answer["Cache-Control"]
sys.stdout.buffer.write(answer.content)
"""


@dataclass(frozen=True, kw_only=True)
class Keys:
    private: Path
    public: str


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    made = ec.generate_private_key(ec.SECP256R1())
    file = tmp_path / "comments-private.pem"
    file.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = made.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return Keys(private=file, public=public.decode())


@cache
def snippet(heading: str) -> str:
    """Give the block of code below a heading of the page."""
    text = PAGE.read_text(encoding="utf-8")
    section = text.partition(f"\n### {heading}\n")[2].partition("\n## ")[0].partition("\n### ")[0]
    (block,) = [
        each for each in pages.blocks("php", "python", "js") if each.page == PAGE and each.text in section
    ]
    return block.text


def programs(folder: Path, keys: Keys) -> dict[str, list[str]]:
    """Write each snippet as a program that answers one request; give how they are run."""
    place = str(keys.private)
    php, wordpress = snippet("PHP"), snippet("WordPress").replace(KEY_PLACE, place)
    (folder / "frame.php").write_text(LARAVEL)
    written = {
        "wordpress.php": f"<?php\n{WORDPRESS}\n{php}\n{wordpress}\n{ASK_WORDPRESS}",
        "laravel.php": f"<?php\nrequire '{folder}/frame.php';\n{php}\n{snippet('Laravel')}",
        "express.mjs": f"{EXPRESS}\n{snippet('Express').replace(KEY_PLACE, place)}",
        "django.py": f"import sys\n{DJANGO}\n{snippet('Django')}\n{ASK_DJANGO}",
    }
    for name, text in written.items():
        (folder / f"of_{name}").write_text(text, encoding="utf-8")
    return {
        "WordPress": [parts.php_path(), str(folder / "of_wordpress.php")],
        "Laravel": [parts.php_path(), str(folder / "of_laravel.php")],
        "Express": [parts.node_path(), str(folder / "of_express.mjs")],
        "Django": [sys.executable, str(folder / "of_django.py")],
    }


def answered(command: list[str], keys: Keys, *, reader: str = "nora") -> str:
    """Run a program for a request; complaints of the language fail it."""
    environment = {"PATH": "/usr/bin:/bin", "KEY": str(keys.private), "READER": reader, "PYTHONUTF8": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout


def believed(token: str, keys: Keys) -> Identity:
    made = publisher_token.make(
        {
            "site": "gazette",
            "algorithm": "ES256",
            "key": keys.public,
            "issuer": "https://www.example.org",
            "allows_badges": ("subscriber",),
        }
    )
    return made.identify(token, now=datetime.now(UTC))


@pytest.mark.parametrize("name", ["WordPress", "Django", "Express", "Laravel"])
def test_a_signed_in_reader_gets_a_token_that_is_believed(name: str, keys: Keys, tmp_path: Path) -> None:
    command = programs(tmp_path, keys)[name]

    known = believed(answered(command, keys), keys)

    assert (known.subject, known.name) == ("7", 'Nora Ødegård "Lind"')
    assert known.badges == (("subscriber",) if name == "WordPress" else ())
    assert (known.email, known.is_email_verified) == (
        ("nora@reader.example", True) if name == "Laravel" else ("", False)
    )


@pytest.mark.parametrize("name", ["WordPress", "Django", "Express", "Laravel"])
def test_who_is_not_signed_in_gets_an_empty_text(name: str, keys: Keys, tmp_path: Path) -> None:
    assert answered(programs(tmp_path, keys)[name], keys, reader="") == ""


def test_php_s_signatures_are_of_one_length_whatever_their_numbers_begin_with(
    keys: Keys, tmp_path: Path
) -> None:
    many = "for ($left = 400; $left > 0; $left--) { echo gazette_token(['sub' => '7'], $key), \"\\n\"; }"
    file = tmp_path / "many.php"
    file.write_text(
        f"<?php\n{snippet('PHP')}\n$key = file_get_contents(getenv('KEY'));\n{many}", encoding="utf-8"
    )

    tokens = answered([parts.php_path(), str(file)], keys).split()

    assert len(tokens) == 400
    assert {believed(token, keys).subject for token in tokens} == {"7"}
