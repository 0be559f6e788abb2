"""The API flags and takes back, for accounts by token and for guests by their secret."""

from tests.web.api.house import SITE, House, new_guest
from tests.web.api.test_api_writing import code_of


def test_a_flag_is_made_once_and_taken_back(api: House) -> None:
    comment = api.post("Top")["id"]
    other = new_guest()
    path = f"/comments/{comment}/flag"

    made = api.send("POST", path, {"reason": "spam", "words": "Look."}, guest=other)
    again = api.send("POST", path, {"reason": "spam"}, guest=other)
    gone = api.send("DELETE", path, guest=other)
    none = api.send("DELETE", path, guest=other)

    assert (made.status_code, made.json()) == (200, {"comment": comment, "reason": "spam", "state": "open"})
    assert code_of(again) == (409, "already-flagged")
    assert gone.json()["state"] == "withdrawn"
    assert code_of(none) == (404, "not-found")


def test_what_is_refused(api: House) -> None:
    comment = api.post("Top")["id"]
    path, other = f"/comments/{comment}/flag", new_guest()

    own = api.send(
        "POST", f"/comments/{api.post('Mine, too', guest=api.guest)['id']}/flag", {"reason": "spam"}
    )
    assert code_of(own) == (422, "own-comment")
    assert code_of(api.send("POST", path, {"reason": "nonsense"}, guest=other)) == (422, "bad-flag-reason")
    assert code_of(api.send("POST", path, {"reason": "spam", "more": 1}, guest=other)) == (422, "bad-body")
    without = api.client.post(f"{SITE}{path}", json={"reason": "spam"})
    assert code_of(without) == (401, "credentials-missing")
