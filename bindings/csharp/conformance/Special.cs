// Verbs that are not plain calls, and the other ways to run the driver.
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using HfHub;

internal static class Special
{
    internal static string Run(Step step)
    {
        switch (step.Do)
        {
            case "live": return $"live {Live(5) - step.Scenario.Base}";
            case "admin": case "mark": case "requests": return Driver.Ask(step);
            case "queue": return Queue(step);
            case "log_lines": return LogLines(step);
            case "progress": return ReportProgress(step);
            case "threads": return Threads(step);
            case "drop": return Drop(step);
            case "gc_stress": return GcStress(step);
            case "spawn": return Spawn(step);
            case "use_after_close": return UseAfterClose(step);
            case "close_during_wait": return CloseDuringWait(step);
            default: throw new BrokenStep($"unknown verb {step.Do}");
        }
    }

    // Native objects, after collecting garbage until their number stops falling.
    internal static long Live(int seconds)
    {
        Stopwatch clock = Stopwatch.StartNew();
        long now = Library.LiveObjects;
        for (int same = 0; same < 5 && clock.Elapsed.TotalSeconds < seconds;)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(20);
            long next = Library.LiveObjects;
            same = next < now ? 0 : same + 1;
            now = next;
        }
        return now;
    }

    internal static string Version()
    {
        int[] parts = Library.Version.Split('.').Select(int.Parse).ToArray();
        bool matches = parts.Length == 3 && parts[0] * 1000000 + parts[1] * 1000 + parts[2] == Library.VersionNumber;
        return matches ? "ok major.minor.patch matches" : "ok " + Library.Version + " differs";
    }

    private static string Queue(Step step)
    {
        var operations = new List<Operation>();
        var tags = new List<ulong>();
        using (var queue = new OperationQueue())
        {
            foreach (Json one in step.Json["operations"])
            {
                Operation operation = Verbs.Start(new Step(one, step.Scenario));
                queue.Add(operation, 7 + (ulong)operations.Count);
                operations.Add(operation);
            }
            while (queue.TryTake(out ulong tag)) tags.Add(tag);
        }
        foreach (Operation operation in operations) operation.Dispose();
        tags.Sort();
        return "ok " + string.Join(" ", tags);
    }

    private static string LogLines(Step step)
    {
        int lines = 0;
        using (Session session = Verbs.NewSession(step, "options", (level, message) => Interlocked.Increment(ref lines)))
            step.Scenario.With("log", session, () => Driver.RunStep(step.Nested()));
        return lines > 0 ? "ok some" : "ok none";
    }

    private sealed class Reports : IProgress<Progress>
    {
        internal readonly int Caller = Thread.CurrentThread.ManagedThreadId;
        internal Progress Last;
        internal bool Elsewhere;

        public void Report(Progress value)
        {
            Last = value;
            Elsewhere |= Thread.CurrentThread.ManagedThreadId != Caller;
        }
    }

    private static string ReportProgress(Step step)
    {
        var reports = new Reports();
        using (Operation operation = Verbs.Start(step.Nested())) operation.Wait(reports);
        string where = reports.Elsewhere ? " on another thread" : "";
        return $"ok last={reports.Last.BytesDone}/{reports.Last.BytesTotal}{where}";
    }

    private static string Threads(Step step)
    {
        var lines = new ConcurrentBag<string>();
        Thread[] threads = Enumerable.Range(0, (int)step.Number("count"))
            .Select(_ => new Thread(() => lines.Add(Driver.RunStep(step.Nested())))).ToArray();
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        return Same(lines, $"ok {lines.Count} ");
    }

    private static string Same(IEnumerable<string> lines, string before)
    {
        string[] different = lines.Distinct().ToArray();
        return different.Length == 1 ? before + different[0] : "differ: " + string.Join(" | ", different);
    }

    private static string Drop(Step step)
    {
        string kind = step.Text("kind");
        long count = step.Number("count");
        TcpListener silent = kind == "operation" ? Silent() : null;
        Session session = silent != null ? SessionTo(silent, step.Scenario.Work) : null;
        for (long i = 0; i < count; ++i)
        {
            switch (kind)
            {
                case "options": new SessionOptions().Token = "hf_x"; new DownloadOptions().Revision = "main"; break;
                case "json": Json.Parse("{\"a\": [1, 2, 3]}"); break;
                case "session": new Session(new SessionOptions { CacheDir = step.Scenario.Work }); break;
                case "operation": session.StartFileMetadata("acme/nobody", "config.json"); break;
                default: throw new BrokenStep($"nothing is called {kind}");
            }
        }
        session?.Dispose();
        silent?.Stop();
        return "ok";
    }

    private static string GcStress(Step step)
    {
        bool stop = false;
        var collector = new Thread(() =>
        {
            while (!Volatile.Read(ref stop)) GC.Collect();
        });
        collector.Start();
        var lines = new List<string>();
        for (long i = step.Number("times"); i > 0; --i) lines.Add(Driver.RunStep(step.Nested()));
        Volatile.Write(ref stop, true);
        collector.Join();
        return Same(lines, "ok ");
    }

    private static string Spawn(Step step)
    {
        string[] argv = step.Texts("argv").ToArray();
        Task<string> line = Task.Factory.StartNew(() => Driver.RunStep(step.Nested()), TaskCreationOptions.LongRunning);
        var start = new ProcessStartInfo(argv[0], string.Join(" ", argv.Skip(1).Select(Quote)))
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true
        };
        using (Process child = Process.Start(start))
        {
            child.StandardInput.Close();
            child.StandardOutput.ReadToEnd();
            child.WaitForExit();
            return $"ok exit={child.ExitCode} {line.Result}";
        }
    }

    private static string Quote(string word) => "\"" + word.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";

    private static string UseAfterClose(Step step)
    {
        switch (step.Text("kind"))
        {
            case "session":
                Session session = Verbs.NewSession(step, "options");
                session.Dispose();
                return "ok " + session.HasToken;
            case "json":
                Json json = Json.Parse("{}");
                json.Dispose();
                return "ok " + json.Type;
            case "commit":
                Commit commit = Verbs.Session(step).NewCommit("acme/bert", new CommitOptions { Message = "never" });
                commit.Dispose();
                return "ok " + commit.OperationCount;
            default: throw new BrokenStep("nothing is called " + step.Text("kind"));
        }
    }

    private static string CloseDuringWait(Step step)
    {
        Operation operation = Verbs.Start(step.Nested());
        string line = null;
        var waiter = new Thread(() => line = Driver.Outcome(step, () =>
        {
            operation.Wait();
            return "ok";
        }));
        waiter.Start();
        Thread.Sleep(100);
        operation.Dispose();
        waiter.Join();
        return line == "refused" || line.StartsWith("error HFHUB_E_CANCELLED", StringComparison.Ordinal) ? "ended" : line;
    }

    // ---- other ways to run ----

    // A port that takes connections and says nothing.
    private static TcpListener Silent()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(512);
        return listener;
    }

    private static Session SessionTo(TcpListener silent, string cache) => new Session(new SessionOptions
    {
        Endpoint = "http://127.0.0.1:" + ((IPEndPoint)silent.LocalEndpoint).Port, CacheDir = cache, Token = ""
    });

    internal static int ExitRunning()
    {
        Session session = SessionTo(Silent(), System.IO.Path.GetTempPath() + "hfhub-exit-running");
        for (int i = 0; i < 10; ++i) session.DownloadFileAsync("acme/hangs", $"file{i}.bin");
        return 0;
    }

    internal static int Signal()
    {
        // Console.CancelKeyPress is for terminals alone in Mono.
        var interrupt = new Mono.Unix.UnixSignal(Mono.Unix.Native.Signum.SIGINT);
        new Thread(() =>
        {
            interrupt.WaitOne();
            Console.Out.WriteLine("interrupted");
            Console.Out.Flush();
            Environment.Exit(3);
        }) { IsBackground = true }.Start();
        Session session = SessionTo(Silent(), System.IO.Path.GetTempPath() + "hfhub-signal");
        Task running = session.DownloadFileAsync("acme/hangs", "file.bin");
        Console.Out.WriteLine("ready");
        Console.Out.Flush();
        running.Wait();
        return 0;
    }

    internal static int Bench(string cas, string hash, ulong size)
    {
        const int Times = 50000;
        byte[] source = System.Text.Encoding.UTF8.GetBytes("{\"name\": \"value\", \"list\": [1, 2, 3]}");
        byte[] broken = { (byte)'[' };
        using (var session = new Session())
        {
            double call = Nanoseconds(Times * 4, () => { bool _ = session.HasToken; });
            double json = Nanoseconds(Times, () =>
            {
                using (Json parsed = Json.Parse(source)) parsed["list"].Write();
            });
            double failing = Nanoseconds(Times, () =>
            {
                try { Json.Parse(broken); }
                catch (HfHubException error) { if (error.Message.Length == 0) throw new BrokenStep("no message"); }
            });
            Console.Out.Write(string.Format(CultureInfo.InvariantCulture,
                "{{\"call_ns\": {0:F1}, \"json_ns\": {1:F1}, \"error_ns\": {2:F1}, ", call, json, failing));
            using (XetStream stream = session.OpenXetStream(new XetOptions { Endpoint = cas }, hash, size, ordered: false))
                Console.Out.WriteLine(BenchStream(stream, size));
        }
        return 0;
    }

    private static string BenchStream(XetStream stream, ulong size)
    {
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        Stopwatch clock = Stopwatch.StartNew();
        ulong pieces = 0, bytes = 0, sum = 0;
        while (stream.TryReadPiece(out ReadOnlySpan<byte> data, out ulong _))
        {
            ++pieces;
            bytes += (ulong)data.Length;
            for (int i = 0; i < data.Length; i += 4096) sum += data[i];
        }
        double wall = clock.Elapsed.TotalSeconds;
        double cpu = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
        if (bytes != size) throw new BrokenStep("the stream has another size");
        return string.Format(CultureInfo.InvariantCulture,
            "\"item_ns\": {0:F1}, \"stream_cpu_s\": {1:F4}, \"stream_wall_s\": {2:F4}, \"sum\": {3}}}",
            wall * 1e9 / pieces, cpu, wall, sum);
    }

    private static double Nanoseconds(int times, Action run)
    {
        for (int i = 0; i < 1000; ++i) run();
        Stopwatch clock = Stopwatch.StartNew();
        for (int i = 0; i < times; ++i) run();
        return clock.Elapsed.TotalMilliseconds * 1e6 / times;
    }
}
