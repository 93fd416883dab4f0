// Operations against a local Hub: results, errors, progress, cancelling, log lines.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using HfHub;

[Tests]
internal static class HubTests
{
    private sealed class Reports : IProgress<Progress>
    {
        internal readonly List<Progress> All = new List<Progress>();
        internal Action<Progress> Also = now => { };

        public void Report(Progress now)
        {
            lock (All) All.Add(now);
            Also(now);
        }
    }

    public static async Task AFileIsDownloaded()
    {
        var reports = new Reports();
        using (Session session = Hub.Session())
        {
            FileDownload file = await session.DownloadFileAsync("acme/bert", "big.bin", progress: reports);
            Expect.Equal(3000000, File.ReadAllBytes(file.Path).Length);
            Expect.Equal(3000000L, file.Size);
            Expect.Equal(false, file.Cached);
            Expect.Equal(40, file.Commit.Length);
            Progress last = reports.All[reports.All.Count - 1];
            Expect.Equal(3000000UL, last.BytesDone);
            Expect.Equal(1L, last.ItemsDone);
            Expect.Equal(true, (await session.DownloadFileAsync("acme/bert", "big.bin")).Cached);
            Expect.Equal(CacheState.Found, session.CachedFile("acme/bert", "big.bin").State);
        }
    }

    public static void AnOperationShowsItsItems()
    {
        using (Session session = Hub.Session())
        using (Operation<Snapshot> operation = session.StartDownloadSnapshot("acme/bert"))
        {
            Snapshot snapshot = operation.Result;
            Expect.Equal(3L, snapshot.Files);
            Expect.True(operation.IsCompleted, "it is over");
            Expect.Equal("a.txt big.bin é 😀.txt",
                string.Join(" ", operation.Items.Select(item => item.Name).OrderBy(name => name, StringComparer.Ordinal)));
            Expect.True(operation.Items.All(item => item.Progress.State == ItemState.Done), "all are done");
            Expect.Throws<ArgumentOutOfRangeException>(() => operation.Items[3].ToString());
        }
    }

    public static async Task WhatIsNotThereIsNotFound()
    {
        using (Session session = Hub.Session())
        {
            HfHubException error = await Expect.ThrowsAsync<HfHubNotFoundException>(
                session.DownloadFileAsync("acme/bert", "nothing.txt"));
            Expect.Equal(Status.EntryNotFound, error.Status);
            Expect.Equal(404, error.HttpStatus);
            Expect.Equal("EntryNotFound", error.HubCode);
            Expect.Equal("acme/bert", error.RepoId);
            Expect.Equal("model", error.RepoType);
            Expect.True(((object)error) is IOException, "it is an IOException");
            Expect.True(error.Url.StartsWith(Hub.Endpoint, StringComparison.Ordinal), "it names the URL");
            await Expect.ThrowsAsync<HfHubNotFoundException>(session.DownloadSnapshotAsync("acme/bert",
                new DownloadOptions { Revision = "nowhere" }));
        }
    }

    public static async Task WhatIsWrongFromTheStartFailsTheTask()
    {
        using (Session session = Hub.Session())
        {
            Task<FileDownload> task = session.DownloadFileAsync("", "a.txt");
            Expect.Equal(Status.Argument, (await Expect.ThrowsAsync<HfHubException>(task)).Status);
        }
    }

    public static async Task ATokenCancels()
    {
        using (Session session = Hub.Session())
        using (var source = new CancellationTokenSource())
        {
            Task<FileMetadata> task = session.FileMetadataAsync("acme/hangs", "a", token: source.Token);
            Expect.True(!task.Wait(50), "it hangs");
            source.Cancel();
            var error = await Expect.ThrowsAsync<OperationCanceledException>(task);
            Expect.True(task.IsCanceled, "the task is cancelled");
            Expect.Equal(source.Token, error.CancellationToken);
            Expect.Equal(Status.Cancelled, ((HfHubException)error.InnerException).Status);
        }
    }

    public static async Task ACancelledTokenStartsNothing()
    {
        using (Session session = Hub.Session())
        {
            long before = Hub.Requests;
            Task task = session.FileMetadataAsync("acme/bert", "a.txt", token: new CancellationToken(true));
            await Expect.ThrowsAsync<OperationCanceledException>(task);
            Expect.Equal(before, Hub.Requests);
        }
    }

    public static async Task CancellingTheSessionEndsItsTasks()
    {
        using (Session session = Hub.Session())
        {
            Task[] tasks = Enumerable.Range(0, 5).Select(i => (Task)session.FileMetadataAsync("acme/hangs", "a")).ToArray();
            session.Cancel();
            foreach (Task task in tasks) await Expect.ThrowsAsync<OperationCanceledException>(task);
            await session.FileMetadataAsync("acme/bert", "a.txt");
        }
    }

    public static async Task DisposingAnOperationEndsItsTask()
    {
        using (Session session = Hub.Session())
        {
            Operation<FileMetadata> operation = session.StartFileMetadata("acme/hangs", "a");
            Task task = operation.AsTask();
            operation.Dispose();
            await Expect.ThrowsAsync<OperationCanceledException>(task);
            Operation<FileMetadata> second = session.StartFileMetadata("acme/hangs", "a");
            await second.DisposeAsync();
            Expect.Throws<ObjectDisposedException>(() => second.Wait());
        }
    }

    public static void DisposingWakesAWaiter()
    {
        using (Session session = Hub.Session())
        {
            Operation<FileMetadata> operation = session.StartFileMetadata("acme/hangs", "a");
            Exception thrown = null;
            var entered = new ManualResetEventSlim();
            var waiter = new Thread(() =>
            {
                entered.Set();
                try { operation.Wait(); }
                catch (Exception error) { thrown = error; }
            });
            waiter.Start();
            entered.Wait();
            operation.Dispose();
            waiter.Join();
            Expect.True(thrown is OperationCanceledException || thrown is ObjectDisposedException, $"it ended with {thrown}");
        }
    }

    public static async Task AThrowingReportCancels()
    {
        using (Session session = Hub.Session())
        {
            var reports = new Reports { Also = now => throw new InvalidDataException("enough") };
            await Expect.ThrowsAsync<InvalidDataException>(session.FileMetadataAsync("acme/hangs", "a", progress: reports));
            using (Operation<FileMetadata> operation = session.StartFileMetadata("acme/hangs", "a"))
            {
                Expect.Throws<InvalidDataException>(() => operation.Wait(reports));
                Expect.True(operation.IsCompleted, "it is over");
            }
        }
    }

    public static void WaitingHasALimit()
    {
        using (Session session = Hub.Session())
        using (Operation<FileMetadata> operation = session.StartFileMetadata("acme/hangs", "a"))
        {
            Expect.Equal(false, operation.Wait(TimeSpan.Zero));
            Expect.Equal(false, operation.Wait(TimeSpan.FromMilliseconds(150)));
            Expect.Equal(null, operation.Json);
            Expect.Equal(null, operation.Path);
        }
    }

    public static async Task AnOperationCanBeAwaitedManyTimes()
    {
        using (Session session = Hub.Session())
        using (Operation<FileMetadata> operation = session.StartFileMetadata("acme/bert", "a.txt"))
        {
            FileMetadata[] all = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => operation.AsTask()));
            Expect.Equal(6L, (await operation).Size);
            Expect.True(all.All(one => one.Size == 6), "all have it");
        }
    }

    public static async Task ManyTasksNeedNoThreads()
    {
        using (Session session = Hub.Session())
        {
            int before = Process.GetCurrentProcess().Threads.Count;
            Task[] tasks = Enumerable.Range(0, 300).Select(i => (Task)session.FileMetadataAsync("acme/hangs", "a")).ToArray();
            int during = Process.GetCurrentProcess().Threads.Count;
            session.Cancel();
            foreach (Task task in tasks) await Expect.ThrowsAsync<OperationCanceledException>(task);
            // the library has a bounded number of its own
            Expect.True(during - before < 100, $"{during - before} threads more");
        }
    }

    public static async Task AListingIsASequence()
    {
        using (Session session = Hub.Session())
        {
            var ids = new List<string>();
            IAsyncEnumerator<Json> models =
                session.ListAsync("models.list", new CallParameters { ["author"] = "acme", ["limit"] = 10 }).GetAsyncEnumerator();
            while (await models.MoveNextAsync()) ids.Add(models.Current["id"].AsString());
            await models.DisposeAsync();
            ids.Sort(StringComparer.Ordinal);
            Expect.Equal("acme/bert acme/hangs", string.Join(" ", ids));
        }
    }

    public static void TheQueueTellsWhatIsOver()
    {
        using (Session session = Hub.Session())
        using (var queue = new OperationQueue())
        using (Operation<FileMetadata> hangs = session.StartFileMetadata("acme/hangs", "a"))
        using (Operation<FileMetadata> quick = session.StartFileMetadata("acme/bert", "a.txt"))
        {
            queue.Add(hangs, 1);
            queue.Add(quick, 2);
            Expect.True(queue.TryTake(out ulong tag), "one is over");
            Expect.Equal(2UL, tag);
            Expect.Equal(false, queue.TryTake(out tag, TimeSpan.FromMilliseconds(10)));
            hangs.Cancel();
            Expect.True(queue.TryTake(out tag), "the other one, too");
            Expect.Equal(false, queue.TryTake(out tag));
            Expect.True(queue.Descriptor != new IntPtr(-1) && hangs.Descriptor != new IntPtr(-1), "there are descriptors");
        }
    }

    public static async Task LogLinesComeBeforeTheSessionIsClosed()
    {
        var threads = new HashSet<int>();
        int lines = 0;
        SessionOptions options = Hub.Options();
        options["log.level"] = "debug";
        options["log.debug"] = "true";
        options.LogHook = (level, line) =>
        {
            ++lines;
            threads.Add(Thread.CurrentThread.ManagedThreadId);
            Expect.True(Library.LiveObjects > 0 && line.Length > 0, "the library can be called");
            throw new InvalidOperationException("ignored");
        };
        using (var session = new Session(options)) await session.FileMetadataAsync("acme/bert", "a.txt");
        Expect.True(lines > 0, "there are lines");
        Expect.Equal(1, threads.Count);
        int before = lines;
        using (Session other = Hub.Session()) await other.FileMetadataAsync("acme/bert", "a.txt");
        Expect.Equal(before, lines);
    }

    public static async Task ACommitIsMade()
    {
        Hub.Admin("POST", "tokens", "{\"token\": \"hf_WriterOfTests0000000000000000000001\", \"user\": \"acme\", \"role\": \"write\"}");
        SessionOptions options = Hub.Options();
        options.Token = "hf_WriterOfTests0000000000000000000001";
        using (var session = new Session(options))
        using (Commit commit = session.NewCommit("acme/bert", new CommitOptions { Message = "😀", CreatePullRequest = true }))
        {
            commit.AddBytes("bytes", new byte[] { 1, 2, 3 }).AddBytes("empty", ReadOnlySpan<byte>.Empty).DeleteFile("a.txt");
            Expect.Equal(3L, commit.OperationCount);
            CommitInfo made = await commit.FinishAsync();
            Expect.True(made.Committed, "it is made");
            Expect.Equal($"refs/pr/{made.PullRequestNumber}", made.PullRequestRevision);
            FileDownload file = await session.DownloadFileAsync("acme/bert", "bytes",
                new DownloadOptions { Revision = made.PullRequestRevision });
            Expect.Equal("1 2 3", string.Join(" ", File.ReadAllBytes(file.Path)));
        }
    }
}

[Tests]
internal static class ExitTests
{
    // Background threads that wait in every way must not keep a program from ending.
    public static void AProgramEndsWhileItsThreadsWait()
    {
        for (int i = 0; i < 5; ++i)
        {
            var start = new ProcessStartInfo("mono", $"--debug \"{typeof(ExitTests).Assembly.Location}\" --exit-waiting {Hub.Endpoint}")
            {
                UseShellExecute = false
            };
            using (Process process = Process.Start(start))
            {
                bool ended = process.WaitForExit(30000);
                if (!ended) process.Kill();
                Expect.True(ended, "the program ends");
                Expect.Equal(7, process.ExitCode);
            }
        }
    }

    internal static int WaitEverywhere(string endpoint)
    {
        var session = new Session(new SessionOptions
        {
            Endpoint = endpoint, CacheDir = Path.GetTempPath() + "hfhub-exit-waiting", Token = "", LogHook = (level, line) => { },
            ["log.level"] = "debug"
        });
        var ready = new CountdownEvent(3);
        new Thread(() =>
        {
            ready.Signal();
            session.StartFileMetadata("acme/hangs", "a").Wait();
        }) { IsBackground = true }.Start();
        new Thread(() =>
        {
            XetStream stream = session.OpenXetStream(XetOptions.ForRepo("model", "acme/hangs"), new string('1', 64), 10);
            ready.Signal();
            stream.ReadByte();
        }) { IsBackground = true }.Start();
        Task.Run(() =>
        {
            ready.Signal();
            session.StartFileMetadata("acme/hangs", "a").Result.ToString();
        });
        session.FileMetadataAsync("acme/hangs", "a");
        ready.Wait();
        return 7;
    }
}
