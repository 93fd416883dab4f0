// download_progress REPO_ID FILE: downloads a file, with a line of progress; prints where it is.
using System;
using System.Threading.Tasks;
using HfHub;

internal static class DownloadProgress
{
    private sealed class Line : IProgress<Progress>
    {
        public void Report(Progress now) => Console.Error.Write(
            $"\r{now.BytesDone / 1e6:F1} of {now.BytesTotal / 1e6:F1} MB, {now.BytesPerSecond / 1e6:F1} MB/s ");
    }

    private static int Main(string[] arguments)
    {
        if (arguments.Length != 2)
        {
            Console.Error.WriteLine("usage: download_progress REPO_ID FILE");
            return 2;
        }
        try
        {
            Run(arguments[0], arguments[1]).GetAwaiter().GetResult();
            return 0;
        }
        catch (HfHubException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }

    private static async Task Run(string repoId, string file)
    {
        using (var session = new Session())
        {
            FileDownload download = await session.DownloadFileAsync(repoId, file, progress: new Line());
            Console.Error.WriteLine();
            Console.WriteLine(download.Path);
        }
    }
}
