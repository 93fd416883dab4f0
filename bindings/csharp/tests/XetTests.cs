// Xet commits, groups and streams against the local CAS.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using HfHub;

[Tests]
internal static class XetTests
{
    private static readonly XetOptions Cas = new XetOptions { Endpoint = Hub.Cas };
    private static readonly byte[] Content = Random(2000000);
    private static readonly Lazy<string> Hash = new Lazy<string>(() => Upload(Content).Hash);

    private static byte[] Random(int size)
    {
        var bytes = new byte[size];
        new Random(5).NextBytes(bytes);
        return bytes;
    }

    private static XetFile Upload(byte[] bytes)
    {
        using (Session session = Hub.Session())
        using (XetCommit commit = session.NewXetCommit(Cas))
        using (XetWriter writer = commit.AddStream("content"))
        {
            new MemoryStream(bytes).CopyTo(writer);
            XetFile file = writer.Finish();
            Expect.Equal(0, writer.Index);
            Expect.Equal((long)bytes.Length, commit.StartFinish().Result["total_bytes"].AsInt64());
            Expect.Equal(file.Hash, commit.GetItem(0).Hash);
            return file;
        }
    }

    private static void WithStream(Action<XetStream> run, ulong begin = 0, ulong? end = null, bool ordered = true)
    {
        using (Session session = Hub.Session())
        using (XetStream stream = session.OpenXetStream(Cas, Hash.Value, (ulong)Content.Length, begin, end, ordered)) run(stream);
    }

    private static void ExpectBytes(int from, byte[] got, int count) =>
        Expect.True(Content.Skip(from).Take(count).SequenceEqual(got.Take(count)), $"bytes {from} to {from + count}");

    private static byte[] ReadExactly(Stream stream, int count)
    {
        var bytes = new byte[count];
        for (int at = 0, some; at < count; at += some)
            if ((some = stream.Read(bytes, at, count - at)) == 0) throw new EndOfStreamException();
        return bytes;
    }

    public static void AStreamIsRead() => WithStream(stream =>
    {
        var all = new MemoryStream();
        stream.CopyTo(all);
        Expect.Equal(Content.Length, (int)all.Length);
        ExpectBytes(0, all.ToArray(), Content.Length);
        Expect.Equal((long)Content.Length, stream.Position);
        Expect.Equal(-1, stream.ReadByte());
        Expect.Equal((ulong)Content.Length, stream.Progress.BytesDone);
    });

    public static void AStreamSeeks() => WithStream(stream =>
    {
        Expect.Equal((long)Content.Length, stream.Length);
        ExpectBytes(0, ReadExactly(stream, 10), 10);
        stream.Seek(1500000, SeekOrigin.Begin);
        ExpectBytes(1500000, ReadExactly(stream, 1000), 1000);
        stream.Seek(-500, SeekOrigin.Current); // is here still
        ExpectBytes(1500500, ReadExactly(stream, 1000), 1000);
        stream.Position = 3;
        ExpectBytes(3, ReadExactly(stream, 100000), 100000);
        stream.Seek(-1, SeekOrigin.End);
        Expect.Equal((int)Content[Content.Length - 1], stream.ReadByte());
        stream.Seek(10, SeekOrigin.End);
        Expect.Equal(-1, stream.ReadByte());
        Expect.Throws<IOException>(() => stream.Seek(-1, SeekOrigin.Begin));
        stream.Position = 0;
        Expect.Equal((int)Content[0], stream.ReadByte());
    });

    public static void ARangeBeginsAtZero() => WithStream(stream =>
    {
        Expect.Equal(1000L, stream.Length);
        ExpectBytes(700000, ReadExactly(stream, 1000), 1000);
        Expect.Equal(-1, stream.ReadByte());
        stream.Position = 990;
        ExpectBytes(700990, ReadExactly(stream, 10), 10);
        Expect.Equal(-1, stream.ReadByte());
    }, 700000, 701000);

    public static void WithoutASizeItCannotSeek()
    {
        using (Session session = Hub.Session())
        using (XetStream stream = session.OpenXetStream(Cas, Hash.Value))
        {
            Expect.Equal(false, stream.CanSeek);
            Expect.Throws<NotSupportedException>(() => stream.Length.ToString());
            Expect.Throws<NotSupportedException>(() => stream.Position = 5);
            ExpectBytes(0, ReadExactly(stream, Content.Length), Content.Length);
            Expect.Equal(0, stream.Read(new byte[1], 0, 1));
        }
    }

    public static void PiecesComeInAnyOrder() => WithStream(stream =>
    {
        var all = new byte[Content.Length];
        long count = 0;
        while (stream.TryReadPiece(out ReadOnlySpan<byte> data, out ulong offset))
        {
            data.CopyTo(new Span<byte>(all, (int)offset, data.Length));
            count += data.Length;
        }
        Expect.Equal((long)Content.Length, count);
        ExpectBytes(0, all, all.Length);
        Expect.Throws<NotSupportedException>(() => stream.ReadByte());
    }, ordered: false);

    public static void PiecesGoOnWhereReadingStopped() => WithStream(stream =>
    {
        ExpectBytes(0, ReadExactly(stream, 7), 7);
        Expect.True(stream.TryReadPiece(out ReadOnlySpan<byte> data, out ulong offset), "there is more");
        Expect.Equal(7UL, offset);
        ExpectBytes(7, data.ToArray(), data.Length);
        Expect.Equal(7L + data.Length, stream.Position);
    });

    public static async Task AStreamIsReadAsynchronously()
    {
        using (Session session = Hub.Session())
        {
            var all = new MemoryStream();
            using (XetStream stream = session.OpenXetStream(Cas, Hash.Value, (ulong)Content.Length)) await stream.CopyToAsync(all);
            ExpectBytes(0, all.ToArray(), Content.Length);
            using (XetStream stream = session.OpenXetStream(Cas, Hash.Value, (ulong)Content.Length, ordered: false))
            {
                long count = 0;
                IAsyncEnumerator<XetPiece> pieces = stream.ReadPiecesAsync().GetAsyncEnumerator();
                while (await pieces.MoveNextAsync())
                {
                    ExpectBytes((int)pieces.Current.Offset, pieces.Current.Data, pieces.Current.Data.Length);
                    count += pieces.Current.Data.Length;
                }
                await pieces.DisposeAsync();
                Expect.Equal((long)Content.Length, count);
            }
        }
    }

    public static async Task ATokenEndsTheReadAndNotTheStream()
    {
        using (Session session = Hub.Session())
        using (XetStream stream = session.OpenXetStream(XetOptions.ForRepo("model", "acme/hangs"), Hash.Value, 10))
        using (var source = new CancellationTokenSource())
        {
            Task<int> read = stream.ReadAsync(new byte[10], 0, 10, source.Token);
            Expect.True(!read.Wait(50), "it hangs");
            source.Cancel();
            await Expect.ThrowsAsync<OperationCanceledException>(read);
            Expect.True(stream.CanRead, "the stream is open");
            Task<int> again = stream.ReadAsync(new byte[10], 0, 10);
            stream.Cancel();
            await Expect.ThrowsAsync<OperationCanceledException>(again);
        }
    }

    public static void ACancelledStreamNeverJustEnds() => WithStream(stream =>
    {
        Expect.True(stream.ReadByte() >= 0, "it has begun");
        stream.Cancel();
        Expect.Throws<OperationCanceledException>(() => stream.CopyTo(Stream.Null));
        Expect.Throws<OperationCanceledException>(() => stream.ReadByte());
    });

    public static void WhatIsHereIsNotGivenOutAfterACancel() => WithStream(stream =>
    {
        Expect.True(stream.ReadByte() >= 0, "it has begun");
        stream.Cancel();
        Expect.Throws<OperationCanceledException>(() => stream.ReadByte());
        stream.Position = 50;
        Expect.Throws<OperationCanceledException>(() => stream.ReadByte());
    }, 0, 100);

    public static void AWrongSizeIsRefused()
    {
        using (Session session = Hub.Session())
        using (XetStream stream = session.OpenXetStream(Cas, Hash.Value, (ulong)Content.Length + 10))
            Expect.Throws<HfHubException>(() => stream.CopyTo(Stream.Null));
    }

    public static async Task AGroupFetchesFiles()
    {
        string path = Path.Combine(Hub.Folder, "fetched.bin");
        using (Session session = Hub.Session())
        using (XetGroup group = session.NewXetGroup(Cas))
        {
            Expect.Equal(0, group.Add(Hash.Value, (ulong)Content.Length, path));
            Expect.Equal(false, group.IsDone(0));
            await group.RunAsync();
            Expect.Equal(true, group.IsDone(0));
            ExpectBytes(0, File.ReadAllBytes(path), Content.Length);
            XetFile local = await session.XetHashFileAsync(path);
            Expect.Equal(Hash.Value, local.Hash);
            Expect.Throws<HfHubException>(() => group.Start());
        }
    }

    public static void AMissingHashIsNotFound()
    {
        using (Session session = Hub.Session())
        using (XetStream stream = session.OpenXetStream(Cas, new string('1', 64), 5))
            Expect.Throws<HfHubNotFoundException>(() => stream.ReadByte());
    }

    public static void AnUnfinishedWriterFailsItsCommit()
    {
        using (Session session = Hub.Session())
        using (XetCommit commit = session.NewXetCommit(Cas))
        {
            commit.AddStream("never finished").Dispose();
            Expect.Throws<OperationCanceledException>(() => commit.StartFinish().Wait());
        }
    }
}
