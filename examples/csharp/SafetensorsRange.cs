// safetensors_range REPO_ID FILE: which tensors are in a file of gigabytes, without fetching it: two byte ranges of its
// Xet content are streamed, the length of the header and the header. Prints NAME DTYPE [SHAPE] a line, by name.
using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using HfHub;

internal static class SafetensorsRange
{
    private const ulong LargestHeader = 100000000; // the format's own limit

    private static int Main(string[] arguments)
    {
        if (arguments.Length != 2)
        {
            Console.Error.WriteLine("usage: safetensors_range REPO_ID FILE");
            return 2;
        }
        Console.OutputEncoding = new UTF8Encoding(false);
        try
        {
            Run(arguments[0], arguments[1]).GetAwaiter().GetResult();
            return 0;
        }
        catch (IOException error) // an HfHubException is one
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }

    private static async Task Run(string repoId, string file)
    {
        using (var session = new Session())
        {
            FileMetadata facts = await session.FileMetadataAsync(repoId, file);
            if (facts.XetHash == null) throw new IOException($"{file} is not stored by Xet");
            XetOptions rights = XetOptions.ForRepo("model", repoId);

            ulong length;
            using (XetStream stream = session.OpenXetStream(rights, facts.XetHash, end: 8))
            using (var reader = new BinaryReader(stream)) length = reader.ReadUInt64();
            if (length > LargestHeader) throw new IOException($"{file} is no safetensors file");

            using (XetStream stream = session.OpenXetStream(rights, facts.XetHash, begin: 8, end: 8 + length))
            using (var header = new MemoryStream((int)length))
            {
                await stream.CopyToAsync(header);
                Print(Json.Parse(new ReadOnlySpan<byte>(header.GetBuffer(), 0, (int)header.Length)));
            }
        }
    }

    private static void Print(Json header)
    {
        foreach (string name in header.Keys.OrderBy(key => key, StringComparer.Ordinal).Where(key => key != "__metadata__"))
            Console.WriteLine($"{name} {header[name]["dtype"].AsString()} {header[name]["shape"]}");
    }
}
