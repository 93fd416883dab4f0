// upload_folder_pr REPO_ID FOLDER: uploads a folder as a pull request; prints the pull request's URL.
using System;
using System.Threading.Tasks;
using HfHub;

internal static class UploadFolderPr
{
    private static int Main(string[] arguments)
    {
        if (arguments.Length != 2)
        {
            Console.Error.WriteLine("usage: upload_folder_pr REPO_ID FOLDER");
            return 2;
        }
        try
        {
            return Run(arguments[0], arguments[1]).GetAwaiter().GetResult();
        }
        catch (HfHubException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }

    private static async Task<int> Run(string repoId, string folder)
    {
        using (var session = new Session())
        {
            CommitInfo commit = await session.UploadFolderAsync(repoId, folder,
                options: new CommitOptions { CreatePullRequest = true });
            if (!commit.Committed)
            {
                Console.Error.WriteLine("nothing has changed");
                return 1;
            }
            Console.WriteLine(commit.PullRequestUrl);
            return 0;
        }
    }
}
