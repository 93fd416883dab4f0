// What the verbs of the conformance suite do.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using HfHub;

// An operation that a step has started, and its task.
internal sealed class Started : IDisposable
{
    internal readonly Operation Operation;
    internal readonly Task Task;

    internal Started(Operation operation)
    {
        Operation = operation;
        Task = operation.WaitAsync();
    }

    public void Dispose() => Operation.Dispose();
}

internal static class Verbs
{
    internal static string Run(Step step)
    {
        Operation operation = Start(step);
        if (operation != null)
        {
            if (step.Has("as"))
            {
                step.Scenario.Add(step.Text("as"), new Started(operation));
                return "started";
            }
            using (operation)
            {
                operation.Wait();
                return Outcome(step, operation);
            }
        }
        switch (step.Do)
        {
            case "wait": return Wait(step, On<Started>(step));
            case "cancel": On<Started>(step).Operation.Cancel(); return "ok";
            case "close": On<IDisposable>(step).Dispose(); return "ok";
            case "session_new": return Add(step, NewSession(step, "options"));
            case "session_option": return "ok " + Session(step).GetOption(step.Text("key"));
            case "session_has_token": return Session(step).HasToken ? "ok 1" : "ok 0";
            case "session_cancel": Session(step).Cancel(); return "ok";
            case "file_url": return "ok " + Session(step).FileUrl(Repo(step), step.Text("file_path"), Download(step));
            case "cached_file": return Cached(step);
            case "uri_parse": return Driver.Show(step, Library.ParseUri(step.Text("uri")).Json);
            case "json": return JsonText(step);
            case "json_values": return JsonValues(step);
            case "version": return Special.Version();
            case "options_known":
                return Library.Options.All(o => !string.IsNullOrEmpty(o.Key) && !string.IsNullOrEmpty(o.Help)) &&
                    Library.Options.Count > 0 ? "ok" : "bad";
            case "calls_known":
                return Library.Calls.All(c => !string.IsNullOrEmpty(c.Name) && c.Parameters != null) &&
                    Library.Calls.Count > 0 ? "ok" : "bad";
            case "write_file":
                Directory.CreateDirectory(Path.GetDirectoryName(step.Text("file_path")));
                File.WriteAllBytes(step.Text("file_path"), step.Bytes());
                return "ok";
            case "read_file": return "ok " + File.ReadAllText(step.Text("file_path"));
            case "sha256_file": return "ok " + Sha256(File.ReadAllBytes(step.Text("file_path")));
            case "device_new": return Add(step, Session(step).NewDeviceLogin());
            case "device_show":
                DeviceLogin login = On<DeviceLogin>(step);
                return $"ok url={YesNo(login.Url)} code={YesNo(login.UserCode)} pending={login.PendingCount}";
            case "scheduler_start":
                return Add(step, Session(step).StartScheduler(Repo(step), step.Text("folder_path"),
                    TimeSpan.FromMilliseconds(step.Number("every_ms")), step.Text("path_in_repo") ?? "", Commits(step)));
        }
        return step.Do.StartsWith("commit_", StringComparison.Ordinal) ? RunCommit(step)
            : step.Do.StartsWith("xet_", StringComparison.Ordinal) ? RunXet(step) : Special.Run(step);
    }

    // The operation that a verb starts; null for a verb that starts none.
    internal static Operation Start(Step step)
    {
        string repo = step.Text("repo_id"), file = step.Text("file_path");
        switch (step.Do)
        {
            case "download_file": return Session(step).StartDownloadFile(repo, file, Download(step));
            case "download_snapshot": return Session(step).StartDownloadSnapshot(repo, Download(step));
            case "file_metadata": return Session(step).StartFileMetadata(repo, file, Download(step));
            case "cache_scan": return Session(step).StartCacheScan(step.Text("cache_dir"));
            case "cache_verify": return Session(step).StartCacheVerify(repo, Download(step));
            case "call": return Session(step).StartCall(step.Text("operation"), step.Text("params"));
            case "repo_create": return Session(step).StartRepoCreate(repo, Repos(step));
            case "repo_delete": return Session(step).StartRepoDelete(repo, Repos(step));
            case "repo_update": return Session(step).StartRepoUpdate(repo, Repos(step));
            case "repo_move": return Session(step).StartRepoMove(repo, step.Text("to_id"), Repos(step));
            case "repo_duplicate": return Session(step).StartRepoDuplicate(repo, step.Text("to_id"), Repos(step));
            case "repo_auth_check": return Session(step).StartRepoAuthCheck(repo, step.Flag("write"), Repos(step));
            case "repo_list": return Session(step).StartRepoList(step.Text("owner"), Repos(step));
            case "repo_refs": return Session(step).StartRepoRefs(repo, step.Flag("include_prs"), Repos(step));
            case "branch_create": return Session(step).StartBranchCreate(repo, step.Text("branch"), Repos(step));
            case "branch_delete": return Session(step).StartBranchDelete(repo, step.Text("branch"), Repos(step));
            case "branch_squash": return Session(step).StartBranchSquash(repo, step.Text("branch"), Repos(step));
            case "tag_create": return Session(step).StartTagCreate(repo, step.Text("tag"), Repos(step));
            case "tag_delete": return Session(step).StartTagDelete(repo, step.Text("tag"), Repos(step));
            case "auth_login": return Session(step).StartLogin(step.Text("token"), step.Flag("git_credential"));
            case "auth_logout": return Session(step).StartLogout(step.Text("token_name"), step.Flag("git_credential"));
            case "auth_switch": return Session(step).StartSwitchToken(step.Text("token_name"), step.Flag("git_credential"));
            case "auth_list": return Session(step).StartStoredTokens();
            case "auth_get_token": return Session(step).StartToken();
            case "auth_whoami": return Session(step).StartWhoAmI(step.Text("token"), step.Flag("use_cache"));
            case "device_request": return On<DeviceLogin>(step).StartRequest();
            case "device_finish": return On<DeviceLogin>(step).StartFinish();
            case "commit_prepare": return On<Commit>(step).StartPrepare();
            case "commit_finish": return On<Commit>(step).StartFinish();
            case "upload_file":
                return Session(step).StartUploadFile(repo, file, step.Text("path_in_repo"), Commits(step));
            case "upload_folder":
                return Session(step).StartUploadFolder(repo, step.Text("folder_path"), step.Text("path_in_repo") ?? "",
                    Commits(step));
            case "delete_files": return Session(step).StartDeleteFiles(repo, Commits(step));
            case "lfs_upload": return Session(step).StartLfsUpload(file, step.Text("sha256"), step.Text("action"));
            case "scheduler_trigger": return On<Scheduler>(step).StartTrigger();
            case "scheduler_stop": return On<Scheduler>(step).StartStop();
            case "xet_commit_finish": return On<XetCommit>(step).StartFinish();
            case "xet_group_start": return On<XetGroup>(step).Start();
            case "xet_hash_file": return Session(step).StartXetHashFile(file);
            default: return null;
        }
    }

    internal static string Outcome(Step step, Operation operation)
    {
        bool asked = step.Json["show"].Count > 0 || step.Json["keep"].Count > 0;
        return asked ? Driver.Show(step, operation.Json, operation) : "ok";
    }

    private static string Wait(Step step, Started started)
    {
        int limit = (int)step.Number("timeout_ms", -1);
        if (Task.WaitAny(new[] { started.Task }, limit) < 0) return "pending";
        started.Task.GetAwaiter().GetResult();
        return Outcome(step, started.Operation);
    }

    internal static Session Session(Step step) => step.Scenario.Get<Session>(step.Text("session") ?? "session");
    internal static T On<T>(Step step) => step.Scenario.Get<T>(step.Text("on"));
    private static string Repo(Step step) => step.Text("repo_id");

    private static string Add(Step step, object thing)
    {
        step.Scenario.Add(step.Text("as"), thing);
        return "ok";
    }

    // ---- options ----

    internal static Session NewSession(Step step, string field, Action<LogLevel, string> hook = null)
    {
        var options = new SessionOptions { ["cache.dir"] = Path.Combine(step.Scenario.Work, "cache"), LogHook = hook };
        foreach (string key in step.Json[field].Keys) options[key] = step.TextOf(step.Json[field][key]);
        return new Session(options);
    }

    private static DownloadOptions Download(Step step) => Fill(step, new DownloadOptions());
    private static RepoOptions Repos(Step step) => Fill(step, new RepoOptions());
    private static CommitOptions Commits(Step step) => Fill(step, new CommitOptions());

    internal static XetOptions Xet(Step step)
    {
        var options = new XetOptions();
        Json token = step.Json["options"]["token"], repo = step.Json["options"]["repo"];
        if (token.Exists) options.SetToken(step.TextOf(token[0]), token[1].AsInt64());
        if (repo.Exists) options.SetRepo(step.TextOf(repo[0]), step.TextOf(repo[1]), step.TextOf(repo[2]));
        return Fill(step, options, "token", "repo");
    }

    // Sets each property by the name of its C setter.
    private static T Fill<T>(Step step, T options, params string[] done)
    {
        foreach (string name in step.Json["options"].Keys.Except(done))
        {
            Json value = step.Json["options"][name];
            PropertyInfo property = typeof(T).GetProperty(PropertyName(name)) ?? typeof(T).GetProperty(PropertyName(name) + "s");
            if (property == null) throw new BrokenStep($"{typeof(T)} has no {name}");
            object current = property.GetValue(options);
            if (current is IList<string> list)
                foreach (Json one in Elements(value)) list.Add(step.TextOf(one));
            else if (current is IDictionary<string, string> map) FillMap(step, value, map);
            else property.SetValue(options, Value(step, value, property.PropertyType));
        }
        return options;
    }

    private static string PropertyName(string name)
    {
        if (name == "create_pr") return nameof(CommitOptions.CreatePullRequest);
        return string.Concat(name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word.Substring(1)));
    }

    private static object Value(Step step, Json value, Type type)
    {
        if (type == typeof(string)) return step.TextOf(value);
        if (type == typeof(bool?)) return value.AsBool(value.AsInt64() != 0);
        return type == typeof(int?) ? (object)(int)value.AsInt64() : value.AsInt64();
    }

    private static IEnumerable<Json> Elements(Json value) =>
        value.Type == JsonType.Array ? (IEnumerable<Json>)value : new[] { value };

    // {"name": "value"}, or one or several ["name", "value"].
    private static void FillMap(Step step, Json value, IDictionary<string, string> map)
    {
        if (value.Type == JsonType.Object)
            foreach (string name in value.Keys) map[name] = step.TextOf(value[name]);
        else if (value[0].Type != JsonType.Array) map[step.TextOf(value[0])] = step.TextOf(value[1]);
        else
            foreach (Json pair in value) map[step.TextOf(pair[0])] = step.TextOf(pair[1]);
    }

    // ---- commits ----

    private static string RunCommit(Step step)
    {
        if (step.Do == "commit_new") return Add(step, Session(step).NewCommit(Repo(step), Commits(step)));
        Commit commit = On<Commit>(step);
        string path = step.Text("path_in_repo");
        switch (step.Do)
        {
            case "commit_add_path": commit.AddFile(path, step.Text("file_path")); return "ok";
            case "commit_add_folder": commit.AddFolder(step.Text("folder_path"), path ?? ""); return "ok";
            case "commit_add_bytes": commit.AddBytes(path, step.Bytes()); return "ok";
            case "commit_add_stream":
                using (CommitWriter writer = commit.AddStream(path))
                {
                    foreach (string piece in step.Texts("pieces")) writer.Write(Encoding.UTF8.GetBytes(piece));
                    writer.Finish();
                }
                return "ok";
            case "commit_delete_file": commit.DeleteFile(path); return "ok";
            case "commit_delete_folder": commit.DeleteFolder(path); return "ok";
            case "commit_copy":
                commit.Copy(step.Text("source_path"), path, step.Text("source_type"), step.Text("source_repo_id"),
                    step.Text("source_revision"));
                return "ok";
            case "commit_add_receipts": commit.AddReceipts(step.Text("text")); return "ok";
            case "commit_set_parent": commit.SetParent(step.Text("commit_id")); return "ok";
            case "commit_count": return $"ok {commit.OperationCount}";
            default: throw new BrokenStep($"unknown verb {step.Do}");
        }
    }

    // ---- Xet ----

    private static string RunXet(Step step)
    {
        switch (step.Do)
        {
            case "xet_commit_new": return Add(step, Session(step).NewXetCommit(Xet(step)));
            case "xet_add_path":
                return $"ok {On<XetCommit>(step).AddFile(step.Text("file_path"), step.Text("name"), step.Text("sha256"))}";
            case "xet_add_bytes":
                return $"ok {On<XetCommit>(step).AddBytes(step.Text("name"), step.Bytes(), step.Text("sha256"))}";
            case "xet_add_stream": return AddXetStream(step, On<XetCommit>(step));
            case "xet_item":
                XetFile item = On<XetCommit>(step).GetItem((int)step.Number("index"));
                return item == null ? "pending" : Driver.Show(step, item.Json);
            case "xet_report": return Driver.Show(step, On<XetCommit>(step).Report);
            case "xet_progress": return $"ok bytes={On<XetCommit>(step).Progress.BytesDone}";
            case "xet_cancel": On<XetCommit>(step).Cancel(); return "ok";
            case "xet_group_new": return Add(step, Session(step).NewXetGroup(Xet(step)));
            case "xet_group_add":
                return "ok " + On<XetGroup>(step).Add(step.Text("hash"), (ulong)step.Number("size"), step.Text("file_path"));
            case "xet_group_seed":
                On<XetGroup>(step).AddSeed((int)step.Number("index"), step.Text("file_path"), step.Text("hash"),
                    (ulong)step.Number("size"));
                return "ok";
            case "xet_group_result": return On<XetGroup>(step).IsDone((int)step.Number("index")) ? "ok" : "pending";
            case "xet_stream": return ReadXetStream(step);
            case "xet_refresh_url":
                return "ok " + Session(step).XetRefreshUrl(step.Text("repo_type"), step.Text("repo_id"),
                    step.Text("revision"), (XetAccess)step.Number("write"));
            default: throw new BrokenStep($"unknown verb {step.Do}");
        }
    }

    private static string AddXetStream(Step step, XetCommit commit)
    {
        using (XetWriter writer = commit.AddStream(step.Text("name"), step.Text("sha256")))
        {
            if (step.Has("size")) writer.Write(step.Bytes());
            else
                foreach (string piece in step.Texts("pieces")) writer.Write(Encoding.UTF8.GetBytes(piece));
            writer.Finish();
            return $"ok {writer.Index}";
        }
    }

    private static string ReadXetStream(Step step)
    {
        ulong begin = (ulong)step.Number("begin");
        ulong? end = step.Has("end") ? (ulong)step.Number("end") : (ulong?)null;
        ulong? size = step.Has("size") ? (ulong)step.Number("size") : (ulong?)null;
        bool ordered = !step.Has("ordered") || step.Flag("ordered");
        long cancelAfter = step.Number("cancel_after", long.MaxValue);
        using (XetStream stream = Session(step).OpenXetStream(Xet(step), step.Text("hash"), size, begin, end, ordered))
        using (var got = new MemoryStream())
        {
            if (ordered) ReadOrdered(stream, got, cancelAfter);
            else ReadPieces(stream, got, begin, cancelAfter);
            return $"ok {got.Length} {Sha256(got.ToArray())}";
        }
    }

    private static void ReadOrdered(XetStream stream, Stream got, long cancelAfter)
    {
        var buffer = new byte[64 * 1024];
        for (int count; (count = stream.Read(buffer, 0, buffer.Length)) > 0;)
        {
            got.Write(buffer, 0, count);
            if (got.Length >= cancelAfter) stream.Cancel();
        }
    }

    private static void ReadPieces(XetStream stream, Stream got, ulong begin, long cancelAfter)
    {
        long count = 0;
        while (stream.TryReadPiece(out ReadOnlySpan<byte> data, out ulong offset))
        {
            got.Position = (long)(offset - begin);
            got.Write(data.ToArray(), 0, data.Length);
            if ((count += data.Length) >= cancelAfter) stream.Cancel();
        }
    }

    // ---- small ones ----

    private static string Cached(Step step)
    {
        CachedFile found = Session(step).CachedFile(Repo(step), step.Text("file_path"), Download(step));
        return found.State == CacheState.Found ? "ok found " + found.Path
            : found.State == CacheState.Absent ? "ok absent" : "ok unknown";
    }

    private static string JsonText(Step step)
    {
        using (Json json = Json.Parse(step.Text("text")))
        {
            var text = new StringBuilder("ok");
            foreach (string path in step.Texts("paths"))
                text.Append($" {path}:{(int)json.At(path).Type}:{json.At(path).Count}");
            return text.Append(' ').Append(json.Write((int)step.Number("indent", -1))).ToString();
        }
    }

    private static string JsonValues(Step step)
    {
        using (Json json = Json.Parse(step.Text("text")))
        {
            Json at = json.At(step.Text("path"));
            string number = at.AsDouble(-7.5).ToString("G6", CultureInfo.InvariantCulture).Replace('E', 'e');
            string flag = at.Type == JsonType.Bool ? (at.AsBool() ? "1" : "0") : "-7";
            return $"ok string={at.AsString("none")} int={at.AsInt64(-7)} double={number} bool={flag} key={at.Key(0) ?? "none"}";
        }
    }

    private static string YesNo(string text) => string.IsNullOrEmpty(text) ? "no" : "yes";

    internal static string Sha256(byte[] bytes)
    {
        using (SHA256 hash = SHA256.Create())
            return string.Concat(hash.ComputeHash(bytes).Select(b => b.ToString("x2")));
    }
}
