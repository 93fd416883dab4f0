// Runs the tests: every public static method of the classes of this program that are marked. And the local Hub they
// use.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Text;
using System.Threading.Tasks;
using HfHub;

[AttributeUsage(AttributeTargets.Class)]
internal sealed class TestsAttribute : Attribute { }

internal sealed class Failure : Exception
{
    internal Failure(string message) : base(message) { }
}

internal static class Expect
{
    internal static void Equal<T>(T wanted, T got)
    {
        if (!EqualityComparer<T>.Default.Equals(wanted, got)) throw new Failure($"expected <{wanted}>, got <{got}>");
    }

    internal static void True(bool condition, string what)
    {
        if (!condition) throw new Failure("not so: " + what);
    }

    internal static T Throws<T>(Action run) where T : Exception
    {
        try { run(); }
        catch (T error) { return error; }
        throw new Failure($"no {typeof(T).Name} was thrown");
    }

    internal static async Task<T> ThrowsAsync<T>(Task task) where T : Exception
    {
        try { await task; }
        catch (T error) { return error; }
        throw new Failure($"no {typeof(T).Name} was thrown");
    }
}

internal static class Hub
{
    private static Process process;
    internal static string Folder { get; private set; }
    internal static string Endpoint { get; private set; }
    internal static string Cas { get; private set; }

    internal static void Start()
    {
        string program = Environment.GetEnvironmentVariable("HFHUB_LOCALHUB");
        if (string.IsNullOrEmpty(program)) throw new Failure("HFHUB_LOCALHUB does not name the local Hub");
        Folder = Path.Combine(Path.GetTempPath(), "hfhub-csharp-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(Folder);
        process = Process.Start(new ProcessStartInfo(program, $"--data \"{Folder}/hub\" --threads 4")
        {
            UseShellExecute = false, RedirectStandardOutput = true
        });
        Json ready = Json.Parse(process.StandardOutput.ReadLine());
        Endpoint = ready["endpoint"].AsString();
        Cas = ready["cas"].AsString();
        Admin("POST", "settings", "{\"cas_open\": true}");
        Admin("POST", "repos/model/acme/bert/commit", "{\"summary\": \"one\", \"files\": [" +
            "{\"path\": \"a.txt\", \"text\": \"hello\\n\"}, {\"path\": \"é 😀.txt\", \"text\": \"x\"}, " +
            "{\"path\": \"big.bin\", \"xet\": false, \"generate\": {\"kind\": \"random\", \"seed\": 1, \"size\": 3000000}}]}");
        Admin("POST", "repos/model/acme/hangs/commit", "{\"summary\": \"one\", \"files\": [{\"path\": \"a\", \"text\": \"a\"}]}");
        foreach (string path in new[] { "/acme/hangs/*", "/api/models/acme/hangs*" })
            Admin("POST", "faults", "{\"match\": {\"path\": \"" + path + "\"}, \"times\": 0, \"action\": {\"delay_ms\": 600000}}");
    }

    internal static void Stop()
    {
        if (process == null) return;
        process.Kill();
        process.WaitForExit();
        Directory.Delete(Folder, true);
    }

    internal static Json Admin(string method, string path, string body = null)
    {
        var request = (HttpWebRequest)WebRequest.Create($"{Endpoint}/_admin/{path}");
        request.Method = method;
        request.Proxy = null;
        if (body != null)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(body);
            using (Stream stream = request.GetRequestStream()) stream.Write(bytes, 0, bytes.Length);
        }
        using (WebResponse answer = request.GetResponse())
        using (var reader = new StreamReader(answer.GetResponseStream())) return Json.Parse(reader.ReadToEnd());
    }

    // How many requests have come so far.
    internal static long Requests => Admin("GET", "log?since=0")["next"].AsInt64();

    internal static SessionOptions Options() => new SessionOptions
    {
        Endpoint = Endpoint, CacheDir = Path.Combine(Folder, "cache-" + Guid.NewGuid().ToString("N")), Token = "",
        ["net.retries"] = "0"
    };

    internal static Session Session() => new Session(Options());
}

internal static class Harness
{
    private static int Main(string[] arguments)
    {
        if (arguments.Length == 2 && arguments[0] == "--exit-waiting") return ExitTests.WaitEverywhere(arguments[1]);
        int passed = 0, failed = 0;
        try
        {
            Hub.Start();
            foreach (MethodInfo test in All())
            {
                string name = $"{test.DeclaringType.Name}.{test.Name}";
                try
                {
                    Run(test);
                    ++passed;
                }
                catch (Exception error)
                {
                    Console.Error.WriteLine($"FAILED {name}: {error}");
                    ++failed;
                }
            }
        }
        finally { Hub.Stop(); }
        Console.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 && passed > 0 ? 0 : 1;
    }

    private static IEnumerable<MethodInfo> All() =>
        typeof(Harness).Assembly.GetTypes()
            .Where(type => type.GetCustomAttributes(typeof(TestsAttribute), false).Length > 0)
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly));

    private static void Run(MethodInfo test)
    {
        try { (test.Invoke(null, null) as Task)?.GetAwaiter().GetResult(); }
        catch (TargetInvocationException error) { ExceptionDispatchInfo.Capture(error.InnerException).Throw(); }
    }
}
