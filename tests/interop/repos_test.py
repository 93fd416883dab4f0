"""huggingface_hub as judge of the local Hub's answers about repositories, branches and tags. Needs HFHUB_LOCALHUB."""
import json
import unittest

from cli_runner import SERVER, LocalHub, text


def add_tokens(hub):
    hub.admin("POST", "tokens", {"token": "hf_alice", "user": "alice", "role": "write", "orgs": ["acme"]})
    hub.admin("POST", "tokens", {"token": "hf_reader", "user": "alice", "role": "read", "orgs": ["acme"]})
    hub.admin("POST", "tokens", {"token": "hf_bob", "user": "bob", "role": "write"})
    hub.admin("POST", "tokens", {"token": "hf_carol", "user": "carol", "role": "write", "orgs": ["lab"]})


class Judge(unittest.TestCase):
    """HfApi's own idea of the local Hub's answers: which exception each refusal is."""

    @classmethod
    def setUpClass(cls):
        if not SERVER:
            raise unittest.SkipTest("HFHUB_LOCALHUB is not set")
        cls.hub = LocalHub()
        add_tokens(cls.hub)

    @classmethod
    def tearDownClass(cls):
        cls.hub.close()

    def api(self, token="hf_alice"):
        from huggingface_hub import HfApi

        return HfApi(endpoint=self.hub.endpoint, token=token)

    def refused(self, kind, status, call, *arguments, **more):
        with self.assertRaises(Exception) as caught:
            call(*arguments, **more)
        self.assertEqual((kind, status), (type(caught.exception).__name__, caught.exception.response.status_code))

    def test_create(self):
        api = self.api()
        url = api.create_repo("one")
        self.assertEqual(("alice/one", "model", self.hub.endpoint + "/alice/one"), (url.repo_id, url.repo_type, str(url)))
        self.assertEqual("alice/one", api.create_repo("one", exist_ok=True).repo_id)
        self.refused("HfHubHTTPError", 409, api.create_repo, "one")
        self.refused("HfHubHTTPError", 403, self.api("hf_bob").create_repo, "acme/x")
        self.refused("HfHubHTTPError", 401, self.api(False).create_repo, "acme/x")
        for name in ("a..b", "a--b"):
            answer = self.raw("POST", "/api/repos/create", {"name": name})
            self.assertEqual(400, answer, name)
        self.assertEqual(400, self.raw("POST", "/api/repos/create", {"name": "x", "type": "thing"}))
        space = api.create_repo("acme/app", repo_type="space", space_sdk="gradio", visibility="protected",
                                space_hardware="t4-small", resource_group_id="group")
        self.assertEqual("space", space.repo_type)
        info = api.space_info("acme/app")
        self.assertEqual(("gradio", True, "t4-small"), (info.sdk, info.private, info.runtime.requested_hardware))
        self.assertEqual(["chatbot", "JupyterLab"], sorted(t.name for t in api.list_space_templates())[::-1])

    def raw(self, method, path, body):
        import urllib.error
        import urllib.request

        request = urllib.request.Request(self.hub.endpoint + path, data=json.dumps(body).encode(), method=method,
                                         headers={"Authorization": "Bearer hf_alice", "Content-Type": "application/json"})
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def test_life_of_a_repository(self):
        api, bob = self.api(), self.api("hf_bob")
        api.create_repo("acme/life")
        api.update_repo_settings("acme/life", gated="manual", private=True)
        info = api.model_info("acme/life")
        self.assertEqual(("manual", True), (info.gated, info.private))
        self.refused("RepositoryNotFoundError", 404, bob.update_repo_settings, "acme/life", private=False)
        api.auth_check("acme/life", write=True)
        self.refused("RepositoryNotFoundError", 404, bob.auth_check, "acme/life")
        api.move_repo("acme/life", "alice/lives")
        self.assertEqual("alice/lives", api.model_info("acme/life").id)
        self.refused("RepositoryNotFoundError", 404, api.move_repo, "acme/none", "acme/nothing")
        copy = api.duplicate_repo("alice/lives", "acme/twin")
        self.assertEqual("acme/twin", copy.repo_id)
        self.assertFalse(copy.files_copy_pending)
        self.refused("HfHubHTTPError", 409, api.duplicate_repo, "alice/lives", "acme/twin")
        self.refused("HfHubHTTPError", 409, api.move_repo, "alice/lives", "acme/twin")
        self.assertEqual("alice/twin", api.duplicate_repo("acme/twin").repo_id)
        owned = {r.id: r.visibility for r in api.list_user_repos("acme")}
        self.assertEqual("private", owned["acme/twin"])
        self.refused("HfHubHTTPError", 403, lambda: list(bob.list_user_repos("acme")))
        api.delete_repo("acme/twin")
        self.refused("RepositoryNotFoundError", 404, api.delete_repo, "acme/twin")
        api.delete_repo("acme/twin", missing_ok=True)
        api.create_repo("acme/twin")
        self.assertEqual([], api.list_repo_files("acme/twin"))

    def test_refs(self):
        api, bob = self.api(), self.api("hf_bob")
        api.create_repo("acme/grown")
        for number in range(3):
            self.hub.commit("model/acme/grown", [text("f%d" % number, "x")])
        api.create_branch("acme/grown", branch="feature/x")
        api.create_branch("acme/grown", branch="feature/x", exist_ok=True)
        self.refused("HfHubHTTPError", 409, api.create_branch, "acme/grown", branch="feature/x")
        self.refused("RevisionNotFoundError", 404, api.create_branch, "acme/grown", branch="y", revision="nothing")
        self.refused("BadRequestError", 400, api.create_branch, "acme/grown", branch="refs/pr/5")
        self.refused("HfHubHTTPError", 403, bob.create_branch, "acme/grown", branch="y")
        self.refused("HfHubHTTPError", 403, api.delete_branch, "acme/grown", branch="main")
        self.refused("RevisionNotFoundError", 404, api.delete_branch, "acme/grown", branch="nothing")
        api.create_tag("acme/grown", tag="v1", revision="feature/x", tag_message="first")
        self.refused("HfHubHTTPError", 409, api.create_tag, "acme/grown", tag="v1")
        self.refused("RevisionNotFoundError", 404, api.create_tag, "acme/grown", tag="v2", revision="nothing")
        refs = api.list_repo_refs("acme/grown")
        self.assertEqual((["main", "feature/x"], ["v1"]), ([b.name for b in refs.branches], [t.name for t in refs.tags]))
        api.super_squash_history("acme/grown", commit_message="all")
        self.assertEqual(["all"], [c.title for c in api.list_repo_commits("acme/grown")])
        self.assertEqual(["f0", "f1", "f2"], api.list_repo_files("acme/grown"))
        self.assertEqual(4, len(api.list_repo_commits("acme/grown", revision="v1")))
        self.refused("BadRequestError", 400, api.super_squash_history, "acme/grown", branch="v1")
        self.refused("RevisionNotFoundError", 404, api.super_squash_history, "acme/grown", branch="nothing")
        api.delete_tag("acme/grown", tag="v1")
        self.refused("RevisionNotFoundError", 404, api.delete_tag, "acme/grown", tag="v1")
        api.delete_branch("acme/grown", branch="feature/x")


if __name__ == "__main__":
    unittest.main()
