"""Repositories, branches and tags: huggingface_hub as judge of the local Hub's answers, and what hf repos asks of a Hub
beside what the Python client's asks. Needs HFHUB_LOCALHUB, HFHUB_HF and PEER_HF.
"""
import http.server
import json
import shutil
import subprocess
import tempfile
import threading
import unittest
import urllib.error
import urllib.request
from pathlib import Path

from cli_runner import OURS, PEER, SERVER, LocalHub, environment, text
from huggingface_hub import HfApi


class Judge(unittest.TestCase):
    """HfApi's own idea of the local Hub's answers: which exception each refusal is."""

    @classmethod
    def setUpClass(cls):
        if not SERVER:
            raise unittest.SkipTest("HFHUB_LOCALHUB is not set")
        cls.hub = LocalHub()
        for token, user, orgs in (("hf_alice", "alice", ["acme"]), ("hf_bob", "bob", [])):
            cls.hub.admin("POST", "tokens", {"token": token, "user": user, "role": "write", "orgs": orgs})

    @classmethod
    def tearDownClass(cls):
        cls.hub.close()

    def api(self, token="hf_alice"):
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


class Recorder(http.server.BaseHTTPRequestHandler):
    """A Hub that says yes, and remembers what it was asked."""

    requests = []

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path
        if path != "/api/agent-harnesses":  # the Python client asks who runs it, once a day
            type(self).requests.append((self.command, path, json.loads(body) if body else None))
        said = {"url": "http://%s/acme/made" % self.headers["Host"]}
        if path == "/api/whoami-v2":
            said = {"name": "alice", "type": "user", "orgs": []}
        if path == "/api/spaces/templates":
            said = {"templates": [{"name": "One", "repoId": "t/one", "sdk": "docker", "preferredPrivate": True}]}
        data = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *_):
        pass


def without_nulls(value):
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    return value


class Requests(unittest.TestCase):
    """The same command lines ask the same."""

    @classmethod
    def setUpClass(cls):
        if not (OURS and PEER):
            raise unittest.SkipTest("HFHUB_HF or PEER_HF is not set")
        cls.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.folder = Path(tempfile.mkdtemp(prefix="hf-repos-test-"))

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()
        shutil.rmtree(cls.folder)

    def asked(self, program, arguments, stdin, **more):
        Recorder.requests = []
        env = environment("http://127.0.0.1:%d" % self.server.server_port, self.folder / "home", **{
            "HF_TOKEN": "hf_alice", "SECRET_OF_MINE": "s3cret", "EMPTY": "", **more})
        run = subprocess.run([program, *arguments], env=env, input=stdin.encode(), stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, cwd=self.folder)
        self.assertEqual(0, run.returncode, run.stderr.decode())
        return [(method, path, without_nulls(body)) for method, path, body in Recorder.requests]

    def same(self, *arguments, stdin="", **more):
        with self.subTest(" ".join(arguments)):
            self.assertEqual(self.asked(PEER, arguments, stdin, **more), self.asked(OURS, arguments, stdin, **more))

    def test_create(self):
        self.same("repos", "create", "x")
        self.same("repos", "create", "acme/x", "--private", "--region", "us", "--resource-group-id", "g")
        self.same("repos", "create", "acme/x", "--type", "kernel", "--public")
        self.same("repos", "create", "acme/x", "--type", "space", "--sdk", "docker", "--protected", "--flavor", "new-one",
                  "--sleep-time", "-1")
        self.same("repos", "create", "acme/x", "--type", "space", "--template", "ONE")
        self.same("repos", "create", "acme/x", "--type", "space", "--template", "t/one", "--public", "--sdk", "docker")
        self.same("repos", "create", "acme/x", "--type", "dataset", "--flavor", "t4-small", "-e", "A=b")

    def test_volumes(self):
        volumes = ("hf://acme/m:/a", "hf://models/acme/m:/a", "hf://datasets/acme/d/train/x:/b:ro",
                   "hf://spaces/acme/s@v1:/c", "hf://buckets/acme/b:/d", "hf://buckets/acme/b/sub/dir:/d/e:rw",
                   "hf://acme/m@refs/pr/1/x:/e")
        self.same("repos", "create", "acme/x", "--type", "space", "--sdk", "static",
                  *(word for volume in volumes for word in ("-v", volume)))
        self.same("repos", "duplicate", "acme/x", "y", "--type", "space", "--volume", volumes[0])

    def test_secrets_and_variables(self):
        (self.folder / "env").write_text(
            "# all of them\nA=1\nexport B = two words # why\nC='single \\n' # c\nD=\"dou\\nble \\\"q\\\" \\$x \\z\"\n\nE=\n"
            "F=#no\nG= #yes\n  H = a#b\nI='a'b\nJ=\"a\" b\nSECRET_OF_MINE\nNOT_THERE\nEMPTY # c\n1BAD=x\nBAD-NAME=x\n=x\n"
            "export\nexport=1\nK='it\\'s'\nL='\nM=\"\nN = 'x' y 'z'\nA=again\nO=tab\t#c\nexport\tP=1\nQ=a=b\nHF_TOKEN\n")
        (self.folder / "bom").write_bytes(b"\xef\xbb\xbfX=1\r\nY=2\r\n")
        space = ("repos", "create", "acme/x", "--type", "space", "--sdk", "static")
        self.same(*space, "--env-file", "env")
        self.same(*space, "--secrets-file", "env", "-s", "A=last", "--secrets", "SECRET_OF_MINE", "-s", "HF_TOKEN")
        self.same(*space, "--secrets-file", "bom", "--env-file", "bom", "-e", "X=3")
        self.same(*space, "--secrets-file", "-", stdin="S=from stdin\n")
        self.same(*space, "--env-file", "-", "-e", "T=1\nU=2", stdin="S=from stdin\n")
        self.same(*space, "-e", "not a line", "-e", "")
        (self.folder / "token").write_text("hf_from_a_file\n")
        self.same(*space, "-s", "HF_TOKEN", HF_TOKEN=None, HF_TOKEN_PATH=str(self.folder / "token"))

    def test_the_rest(self):
        self.same("repos", "duplicate", "acme/x")
        self.same("repos", "duplicate", "acme/x", "bob/y", "--type", "dataset", "--public", "--resource-group-id", "g")
        self.same("repos", "duplicate", "spaces/acme/x", "--flavor", "l4x1", "--sleep-time", "9", "-s", "A=b", "-e", "C=d")
        self.same("repos", "delete", "x", "-y")
        self.same("repos", "delete", "acme/x", "-y", "--type", "space")
        self.same("repos", "move", "acme/x", "bob/y", "--type", "dataset")
        self.same("repos", "settings", "acme/x", "--gated", "false", "--public")
        self.same("repos", "settings", "acme/x", "--gated", "auto")
        self.same("repos", "branch", "create", "acme/x", "a/b", "--revision", "v1", "--type", "dataset")
        self.same("repos", "branch", "create", "acme/x", "a")
        self.same("repos", "branch", "delete", "acme/x", "a/b")
        self.same("repos", "tag", "create", "acme/x", "v/1", "--revision", "a/b", "-m", "why")
        self.same("repos", "tag", "create", "acme/x", "v1")
        self.same("repos", "tag", "delete", "acme/x", "v/1", "-y")


if __name__ == "__main__":
    unittest.main()
