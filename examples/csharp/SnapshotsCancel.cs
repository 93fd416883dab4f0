// snapshots_cancel REPO_ID...: downloads several repositories at the same time and cancels the second half of them
// right after the start. Prints REPO_ID PATH, or REPO_ID cancelled, a line, in the order of the arguments.
using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using HfHub;

internal static class SnapshotsCancel
{
    private static int Main(string[] repoIds)
    {
        if (repoIds.Length == 0)
        {
            Console.Error.WriteLine("usage: snapshots_cancel REPO_ID...");
            return 2;
        }
        return Run(repoIds).GetAwaiter().GetResult();
    }

    private static async Task<int> Run(string[] repoIds)
    {
        int failures = 0;
        using (var session = new Session())
        using (var cancel = new CancellationTokenSource())
        {
            int firstCancelled = (repoIds.Length + 1) / 2;
            Task<Snapshot>[] downloads = repoIds.Select((repoId, i) => session.DownloadSnapshotAsync(repoId,
                token: i < firstCancelled ? CancellationToken.None : cancel.Token)).ToArray();
            cancel.Cancel();
            for (int i = 0; i < repoIds.Length; ++i)
            {
                try
                {
                    Snapshot snapshot = await downloads[i];
                    Console.WriteLine($"{repoIds[i]} {snapshot.Path}");
                }
                catch (OperationCanceledException)
                {
                    Console.WriteLine($"{repoIds[i]} cancelled");
                }
                catch (HfHubException error)
                {
                    Console.Error.WriteLine($"{repoIds[i]}: {error.Message}");
                    ++failures;
                }
            }
        }
        return failures > 0 ? 1 : 0;
    }
}
