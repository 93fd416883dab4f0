// What needs no network.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using HfHub;

[Tests]
internal static class LocalTests
{
    private static IEnumerable<FieldInfo> Constants(string prefix) =>
        typeof(Session).Assembly.GetType("HfHub.Raw.raw").GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.Name.StartsWith(prefix, StringComparison.Ordinal));

    public static void EveryStatusHasAName()
    {
        FieldInfo[] errors = Constants("HFHUB_E_").ToArray();
        Expect.True(errors.Length > 20, "there are constants");
        foreach (FieldInfo error in errors)
            Expect.True(Enum.IsDefined(typeof(Status), (Status)(int)error.GetValue(null)), error.Name + " is a Status");
    }

    public static void EveryEnumIsComplete()
    {
        Expect.Equal(Constants("HFHUB_ITEM_").Count(), Enum.GetValues(typeof(ItemState)).Length);
        Expect.Equal(Constants("HFHUB_JSON_").Count(), Enum.GetValues(typeof(JsonType)).Length);
        Expect.Equal(Constants("HFHUB_LOG_").Count(), Enum.GetValues(typeof(LogLevel)).Length);
        Expect.Equal(Constants("HFHUB_CACHED_").Count(), Enum.GetValues(typeof(CacheState)).Length);
    }

    public static void ProgressHasTheLayoutOfC() => Expect.Equal(72, Marshal.SizeOf(typeof(Progress)));

    public static void TheVersionIsThatOfTheAssembly()
    {
        Version version = typeof(Session).Assembly.GetName().Version;
        Expect.Equal(Library.Version, $"{version.Major}.{version.Minor}.{version.Build}");
    }

    public static void TextsAreUtf8()
    {
        Json json = Json.Parse("{\"é😀\": \"\ud83d\ude00 grüße\"}");
        Expect.Equal("\ud83d\ude00 grüße", json["é😀"].AsString());
        Expect.Equal("é😀", json.Key(0));
        Expect.Equal("héllo 😀", Library.ParseUri("hf://acme/bert/héllo 😀").Path);
    }

    public static void ANulIsRefused() =>
        Expect.Throws<ArgumentException>(() => Library.ParseUri("hf://acme/bert\0/x"));

    public static void NullIsRefused() => Expect.Throws<ArgumentNullException>(() => Json.Parse((string)null));

    public static void JsonIsAList()
    {
        Json json = Json.Parse("{\"list\": [1, \"two\", null, 2.5], \"a/b~c\": {\"x\": true}}");
        Expect.Equal("1 \"two\" null 2.5", string.Join(" ", json["list"].Select(element => element.ToString())));
        Expect.Equal("list a/b~c", string.Join(" ", json.Keys));
        Expect.Equal(true, json["a/b~c"]["x"].AsBool());
        Expect.Equal(2, json.Count());
        Expect.Equal(2.5, json.At("/list/3").AsDouble());
        Expect.Equal((long?)null, json["list"][1].AsOptionalInt64());
        Expect.Equal(JsonType.Missing, json["nothing"][7].Type);
        Expect.Equal("", json["nothing"].ToString());
        Expect.Throws<ArgumentOutOfRangeException>(() => json.Key(-1));
    }

    public static void ParametersAreWrittenAsJson()
    {
        var parameters = new CallParameters
        {
            ["text"] = "a \"b\" \\ \n 😀", ["flag"] = true, ["number"] = -7, ["large"] = ulong.MaxValue, ["half"] = 0.5,
            ["nothing"] = null, ["list"] = new[] { "x", "y" }, ["object"] = new Dictionary<string, object> { ["k"] = 1L }
        };
        Json json = Json.Parse(parameters);
        Expect.Equal("a \"b\" \\ \n 😀", json["text"].AsString());
        Expect.Equal("[true,-7,18446744073709551615,0.5,null,[\"x\",\"y\"],{\"k\":1}]", "[" + string.Join(",",
            new[] { "flag", "number", "large", "half", "nothing", "list", "object" }
                .Select(name => json[name].Write().Replace(" ", ""))) + "]");
        Expect.Throws<ArgumentException>(() => new CallParameters { ["date"] = DateTime.Now }.ToString());
    }

    public static void AnOptionIsRefusedByName()
    {
        HfHubException error = Expect.Throws<HfHubException>(() => new Session(new SessionOptions { ["net.retires"] = "1" }));
        Expect.Equal(Status.Argument, error.Status);
        Expect.Equal("HFHUB_E_ARGUMENT", error.StatusName);
        Expect.True(error.Message.Contains("net.retries"), "the message names the known one");
        Expect.Equal("", error.Url);
        Expect.Equal((TimeSpan?)null, error.RetryAfter);
    }

    public static void OptionsReachTheSession()
    {
        var options = new SessionOptions
        {
            Endpoint = "http://127.0.0.1:9", CacheDir = "/nowhere", Offline = true, MemoryBudget = 64 << 20, UserAgent = "tests/1",
            Token = "hf_secret_of_tests", ["net.retries"] = "3"
        };
        using (var session = new Session(options))
        {
            Expect.Equal("http://127.0.0.1:9", session.GetOption("endpoint"));
            Expect.Equal("/nowhere", session.GetOption("cache.dir"));
            Expect.Equal("true", session.GetOption("offline"));
            Expect.Equal("3", session.GetOption("net.retries"));
            Expect.Equal("tests/1", session.GetOption("user_agent"));
            Expect.True(session.HasToken, "there is a token");
            Expect.True(!session.GetOption("token").Contains("secret"), "the token is masked");
        }
    }

    public static void WhatIsClosedRefuses()
    {
        var session = new Session(new SessionOptions { CacheDir = "/nowhere" });
        Commit commit = session.NewCommit("acme/bert", new CommitOptions { Message = "m" });
        CommitWriter writer = commit.AddStream("x");
        XetStream stream = session.OpenXetStream(null, new string('1', 64), 10);
        foreach (IDisposable closed in new IDisposable[] { session, commit, writer, stream })
        {
            closed.Dispose();
            closed.Dispose();
        }
        Expect.Throws<ObjectDisposedException>(() => session.StartCacheScan());
        Expect.Throws<ObjectDisposedException>(() => commit.DeleteFile("x"));
        Expect.Throws<ObjectDisposedException>(() => writer.Write(new byte[1], 0, 1));
        Expect.Throws<ObjectDisposedException>(() => stream.ReadByte());
        Expect.True(!stream.CanRead, "a closed stream cannot be read");
    }

    public static void AnUnfinishedFileIsNotAdded()
    {
        using (var session = new Session(new SessionOptions { CacheDir = "/nowhere" }))
        using (Commit commit = session.NewCommit("acme/bert", new CommitOptions { Message = "m" }))
        {
            using (CommitWriter writer = commit.AddStream("x")) writer.Write(new byte[10], 0, 10);
            Expect.Equal(0L, commit.OperationCount);
            using (CommitWriter writer = commit.AddStream("x"))
            {
                using (var text = new StreamWriter(writer, Encoding.UTF8, 16, true)) text.Write("written as text");
                writer.Finish();
            }
            Expect.Equal(1L, commit.OperationCount);
        }
    }

    public static void ForgottenObjectsAreFreed()
    {
        long before = Settled();
        Forget();
        long after = Settled();
        Expect.True(after <= before + 5, $"{after} objects live, before {before}");
    }

    private static void Forget()
    {
        var thread = new System.Threading.Thread(() =>
        {
            for (int i = 0; i < 2000; ++i) Json.Parse("[1]");
            for (int i = 0; i < 20; ++i) new Session(new SessionOptions { CacheDir = "/nowhere" });
        });
        thread.Start();
        thread.Join();
    }

    private static long Settled()
    {
        long last = long.MaxValue;
        for (long now = Library.LiveObjects; now < last; now = Library.LiveObjects)
        {
            last = now;
            for (int i = 0; i < 3; ++i)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
        return last;
    }
}
