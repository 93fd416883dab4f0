using System;
using System.Runtime.InteropServices;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>How far an item (a file of an operation) is.</summary>
    public enum ItemState
    {
        /// <summary>Its turn has not come.</summary>
        Waiting = raw.HFHUB_ITEM_WAITING,
        /// <summary>It is worked on.</summary>
        Running = raw.HFHUB_ITEM_RUNNING,
        /// <summary>It is done.</summary>
        Done = raw.HFHUB_ITEM_DONE,
        /// <summary>It failed.</summary>
        Failed = raw.HFHUB_ITEM_FAILED,
        /// <summary>It was on disk already.</summary>
        Cached = raw.HFHUB_ITEM_CACHED
    }

    /// <summary>A snapshot of counters, of an operation or of one of its items.</summary>
    // The layout is hfhub_progress's; csharp.swgi has the compiler check it.
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct Progress
    {
        private readonly uint structSize;
        private readonly uint state;
        private readonly uint itemsDone;
        private readonly uint itemsTotal;
        private readonly uint itemsCached;
        private readonly uint reserved;
        private readonly ulong bytesDone;
        private readonly ulong bytesTotal;
        private readonly ulong resumedBytes;
        private readonly ulong wireBytes;
        private readonly ulong rate;
        private readonly long elapsedMs;

        private Progress(uint size) : this() => structSize = size;
        internal static Progress New() => new Progress((uint)Marshal.SizeOf(typeof(Progress)));

        /// <summary>Of an item: its state.</summary>
        public ItemState State => (ItemState)state;
        /// <summary>Items that are finished, those included that were on disk.</summary>
        public long ItemsDone => itemsDone;
        /// <summary>Items known so far.</summary>
        public long ItemsTotal => itemsTotal;
        /// <summary>Of ItemsDone: were on disk already.</summary>
        public long ItemsCached => itemsCached;
        /// <summary>Bytes of the content, resumed ones included.</summary>
        public ulong BytesDone => bytesDone;
        /// <summary>Bytes of the content as far as known; 0 when nothing is known.</summary>
        public ulong BytesTotal => bytesTotal;
        /// <summary>Of BytesDone: were on disk from an earlier, broken download.</summary>
        public ulong ResumedBytes => resumedBytes;
        /// <summary>Bytes that went over the network.</summary>
        public ulong WireBytes => wireBytes;
        /// <summary>The recent speed.</summary>
        public ulong BytesPerSecond => rate;
        /// <summary>The time it has taken so far.</summary>
        public TimeSpan Elapsed => TimeSpan.FromMilliseconds(elapsedMs);

        /// <summary>For people to read.</summary>
        public override string ToString() => $"{itemsDone} of {itemsTotal} items, {bytesDone} of {bytesTotal} bytes";
    }
}
