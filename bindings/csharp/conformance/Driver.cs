// The C# driver of the conformance suite: see bindings/conformance/README.md. This file reads scenarios, runs their
// steps and prints; Verbs.cs says what a verb does; Special.cs has what is not a plain call, and the other ways to run
// this program.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using HfHub;

// A step that cannot be carried out: the table or this driver is wrong.
internal sealed class BrokenStep : Exception
{
    internal BrokenStep(string message) : base(message) { }
}

// A step, with the texts of its scenario filled in.
internal sealed class Step
{
    internal readonly Json Json;
    internal readonly Scenario Scenario;

    internal Step(Json json, Scenario scenario)
    {
        Json = json;
        Scenario = scenario;
    }

    internal string Do => Json["do"].AsString();
    internal bool Has(string field) => !Json[field].IsNull;
    internal Step Nested(string field = "step") => new Step(Json[field], Scenario);

    // null when there is none. What is not a string is given as JSON.
    internal string Text(string field) => TextOf(Json[field]);

    internal string TextOf(Json value) => value.IsNull ? null : Scenario.Expand(value.AsString() ?? value.Write());

    internal long Number(string field, long fallback = 0)
    {
        string text = Text(field);
        return text == null ? fallback : long.Parse(text);
    }

    internal bool Flag(string field) => Json[field].AsBool(Json[field].AsInt64() != 0);

    internal IEnumerable<string> Texts(string field) => Json[field].Select(TextOf);

    internal byte[] Bytes() =>
        Has("size") ? Content((int)Number("size")) : Encoding.UTF8.GetBytes(Text("text") ?? "");

    internal static byte[] Content(int size)
    {
        var bytes = new byte[size];
        for (int i = 0; i < size; ++i) bytes[i] = (byte)((i * 31L + i / 251) % 256);
        return bytes;
    }
}

internal sealed class Scenario
{
    internal readonly string Name;
    internal readonly string Work;
    internal long Base; // native objects before the scenario
    private readonly List<KeyValuePair<string, object>> things = new List<KeyValuePair<string, object>>();
    private readonly Dictionary<string, string> kept = new Dictionary<string, string>();

    internal Scenario(string name, string work)
    {
        Name = name;
        Work = work;
    }

    internal static readonly string Hub = Environment.GetEnvironmentVariable("HF_ENDPOINT");

    internal string Expand(string text)
    {
        if (text.IndexOf("${", StringComparison.Ordinal) < 0) return text;
        text = text.Replace("${WORK}", Work).Replace("${CAS}", Environment.GetEnvironmentVariable("HFHUB_CAS"));
        foreach (KeyValuePair<string, string> name in kept) text = text.Replace("${" + name.Key + "}", name.Value);
        return text;
    }

    internal string Shorten(string text) => text.Replace(Work, "${WORK}").Replace(Hub, "${HUB}");

    internal void Keep(string name, string text)
    {
        lock (kept) kept[name] = text;
    }

    internal void Add(string name, object thing)
    {
        lock (things) things.Add(new KeyValuePair<string, object>(name, thing));
    }

    internal T Get<T>(string name)
    {
        lock (things)
        {
            for (int i = things.Count - 1; i >= 0; --i)
                if (things[i].Key == name) return (T)things[i].Value;
        }
        throw new BrokenStep($"{Name}: nothing is named {name}");
    }

    // While `run` runs there is a session of that name, whose owner closes it.
    internal string With(string name, Session session, Func<string> run)
    {
        Add(name, session);
        try { return run(); }
        finally { things.RemoveAt(things.FindLastIndex(thing => ReferenceEquals(thing.Value, session))); }
    }

    internal void CloseAll()
    {
        for (int i = things.Count - 1; i >= 0; --i) ((IDisposable)things[i].Value).Dispose();
        things.Clear();
    }
}

internal static class Driver
{
    private static readonly TextWriter Out =
        new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
    private static readonly TextReader In = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));

    private static int Main(string[] arguments)
    {
        try
        {
            if (arguments.Length == 1 && arguments[0] == "--exit-running") return Special.ExitRunning();
            if (arguments.Length == 1 && arguments[0] == "--signal") return Special.Signal();
            if (arguments.Length == 4 && arguments[0] == "--bench")
                return Special.Bench(arguments[1], arguments[2], ulong.Parse(arguments[3]));
            if (arguments.Length != 2)
            {
                Console.Error.WriteLine("usage: driver SCENARIOS WORK | --exit-running | --signal | --bench CAS HASH SIZE");
                return 2;
            }
            string work = Path.GetFullPath(arguments[1]);
            foreach (Json scenario in Scenarios(File.ReadAllText(arguments[0]))) Run(scenario, work);
            return 0;
        }
        catch (BrokenStep error)
        {
            Console.Error.WriteLine(error.Message);
            return 2;
        }
    }

    private static Json Scenarios(string text)
    {
        Json all = Json.Parse(text);
        return all.Type == JsonType.Array ? all : all["scenarios"];
    }

    private static void Run(Json json, string work)
    {
        string name = json["name"].AsString();
        if (json["not_for"]["csharp"].Exists) return;
        var scenario = new Scenario(name, Path.Combine(work, name));
        Directory.CreateDirectory(scenario.Work);
        scenario.Base = Special.Live(5);
        OnThread(() => scenario.Add("session", Verbs.NewSession(new Step(json, scenario), "session")));
        int number = 0;
        foreach (Json one in json["steps"])
        {
            string text = null;
            OnThread(() => text = RunStep(new Step(one, scenario)));
            Print($"{name} {number++} {scenario.Shorten(text)}");
        }
        OnThread(scenario.CloseAll);
    }

    // Each step has a stack of its own, so that nothing on it keeps what the collector should find.
    private static void OnThread(Action run)
    {
        Exception broken = null;
        var thread = new Thread(() =>
        {
            try { run(); }
            catch (Exception error) { broken = error; }
        });
        thread.Start();
        thread.Join();
        if (broken is BrokenStep) throw broken;
        if (broken != null) throw new InvalidOperationException("a step threw", broken);
    }

    // What a step prints.
    internal static string RunStep(Step step) => Outcome(step, () => Verbs.Run(step));

    internal static string Outcome(Step step, Func<string> run)
    {
        try { return run(); }
        catch (ObjectDisposedException) { return "refused"; }
        catch (OperationCanceledException error) when (error.InnerException is HfHubException)
        {
            return Describe(step, (HfHubException)error.InnerException);
        }
        catch (HfHubException error) { return Describe(step, error); }
    }

    private static string Describe(Step step, HfHubException error)
    {
        var text = new StringBuilder(
            $"error {error.StatusName} http={error.HttpStatus} code={error.HubCode} retriable={(error.IsRetriable ? 1 : 0)}");
        foreach (string field in step.Texts("show_error")) text.Append($" {field}={Field(error, field)}");
        return text.ToString();
    }

    private static string Field(HfHubException error, string field)
    {
        switch (field)
        {
            case "message": return error.Message;
            case "url": return error.Url;
            case "repo_type": return error.RepoType;
            case "repo_id": return error.RepoId;
            case "path": return error.Path;
            case "request_id": return error.RequestId;
            case "server_message": return error.ServerMessage;
            case "retry_after_ms": return error.RetryAfterMs.ToString();
            default: throw new BrokenStep($"an error has no {field}");
        }
    }

    // "ok" and what `show` asks for, what is not JSON first; keeps what `keep` names. `operation` may be null.
    internal static string Show(Step step, Json result, Operation operation = null)
    {
        var text = new StringBuilder("ok");
        foreach (string pointer in step.Texts("show"))
        {
            if (pointer == "progress") text.Append(Counters(operation.Progress));
            else if (pointer == "path") text.Append($" path={operation.Path ?? "none"}");
        }
        foreach (string pointer in step.Texts("show"))
        {
            if (pointer != "progress" && pointer != "path")
                text.Append($" {pointer}={(result.At(pointer).Exists ? result.At(pointer).Write() : "missing")}");
        }
        foreach (string name in step.Json["keep"].Keys)
        {
            string pointer = step.Json["keep"][name].AsString();
            string value = pointer == "path"
                ? operation.Path
                : result.At(pointer).AsString() ?? result.At(pointer).ToString();
            step.Scenario.Keep(name, value);
        }
        return text.ToString();
    }

    private static string Counters(Progress progress) =>
        $" items={progress.ItemsDone}/{progress.ItemsTotal} cached={progress.ItemsCached}" +
        $" bytes={progress.BytesDone}/{progress.BytesTotal}";

    // For run.py: the step as it is; gives the answer.
    internal static string Ask(Step step)
    {
        Print("@" + step.Scenario.Expand(step.Json.Write()));
        return In.ReadLine() ?? throw new BrokenStep("nobody answers");
    }

    private static void Print(string line)
    {
        lock (Out) Out.WriteLine(line.Replace("\r", "\\r").Replace("\n", "\\n"));
    }
}
