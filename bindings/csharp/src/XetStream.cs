using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using HfHub.Raw;

namespace HfHub
{
    /// <summary>A piece of a stream, copied out of it.</summary>
    public readonly struct XetPiece
    {
        internal XetPiece(ulong offset, byte[] data)
        {
            Offset = offset;
            Data = data;
        }

        /// <summary>Its place in the file.</summary>
        public ulong Offset { get; }
        /// <summary>Its bytes.</summary>
        public byte[] Data { get; }
    }

    /// <summary>
    /// A file, or a range of one, by its Xet hash. Position 0 is the range's first byte. It seeks, when the file's size
    /// was given and its session is open, by asking for the rest of the range anew at the next read; bytes behind the
    /// position that are here already are used. Whoever reads slowly slows the network. One thread at a time, except
    /// for <see cref="Cancel"/>.
    /// </summary>
    public sealed class XetStream : Stream
    {
        private const ulong NotKnown = ulong.MaxValue;
        private static readonly TimeSpan LookAtToken = TimeSpan.FromMilliseconds(Limit.SliceMilliseconds);

        private readonly SessionHandle session;
        private readonly XetOptions options;
        private readonly string hash;
        private readonly ulong size, begin, end;
        private readonly bool ordered;
        private readonly object gate = new object(); // for what other threads may do: cancel and close
        private XetStreamHandle handle;
        private volatile bool cancelled;
        private bool closed;
        private Piece piece;      // borrowed from the handle
        private ulong pieceBegin; // its place in the file
        private ulong position;   // in the file
        private bool moved;       // by Seek: to be looked at by the next read

        internal XetStream(SessionHandle session, XetOptions options, string hash, ulong? size, ulong begin, ulong? end,
            bool ordered)
        {
            this.session = session;
            this.options = options ?? new XetOptions();
            this.hash = hash;
            this.size = size ?? NotKnown;
            this.begin = begin;
            this.end = end ?? NotKnown;
            this.ordered = ordered;
            position = begin;
            handle = Open();
        }

        private XetStreamHandle Open()
        {
            using (XetOptionsHandle native = options.Open())
            {
                raw.hfhub_xet_stream_open(session, native, hash, size, position, end, ordered ? 1 : 0,
                    out XetStreamHandle stream);
                return stream;
            }
        }

        // ---- pieces ----

        /// <summary>
        /// Waits for the next piece and lends it: until the next call on this stream, its Dispose included, and not a
        /// moment longer. Nothing is copied.
        /// </summary>
        /// <remarks>
        /// hfhub_xet_stream_next: The next bytes, borrowed until the next call: OK; END; PENDING after `timeout_ms`
        /// (negative: no limit); or an error, E_CANCELLED after cancel. `out_offset` (may be NULL) is their place in
        /// the file. Whoever reads slowly slows the network; nothing piles up. A whole file read to its END has been
        /// verified. One thread at a time. Since 0.1.
        ///
        /// </remarks>
        /// <param name="data">The bytes.</param>
        /// <param name="offset">Their place in the file.</param>
        /// <returns>False at the end. A whole file that was read to its end has been verified.</returns>
        public unsafe bool TryReadPiece(out ReadOnlySpan<byte> data, out ulong offset)
        {
            bool any = Fill(Timeout.InfiniteTimeSpan) == raw.HFHUB_OK;
            ulong skip = any && ordered ? position - pieceBegin : 0;
            data = any
                ? new ReadOnlySpan<byte>((byte*)piece.Data + skip, checked((int)((ulong)piece.Size - skip)))
                : ReadOnlySpan<byte>.Empty;
            offset = pieceBegin + skip;
            position = offset + (ulong)data.Length;
            piece = default;
            return any;
        }

        /// <summary>The pieces, each copied, as an asynchronous sequence; it can be gone through once.</summary>
        public IAsyncEnumerable<XetPiece> ReadPiecesAsync() => new Pieces(this);

        // Sees to it that there is a piece with bytes at the position: OK, END or PENDING. What is here already is not
        // given out after a cancel: the stream would seem to end well.
        private int Fill(TimeSpan limit)
        {
            if (cancelled) piece = default;
            else if (moved) Move();
            var wait = new Limit(limit);
            while (!HasBytes)
            {
                piece = default;
                int status = raw.hfhub_xet_stream_next(handle, wait.NextSlice, out piece, out pieceBegin);
                if (status == raw.HFHUB_END || status == raw.HFHUB_PENDING && wait.Passed) return status;
            }
            return raw.HFHUB_OK;
        }

        private bool HasBytes => piece.Size != UIntPtr.Zero &&
            (!ordered || position >= pieceBegin && position - pieceBegin < (ulong)piece.Size);

        private void Move()
        {
            moved = false;
            if (HasBytes) return;
            piece = default;
            XetStreamHandle next = Open();
            lock (gate)
            {
                XetStreamHandle old = handle;
                handle = next;
                if (cancelled) raw.hfhub_xet_stream_cancel(next);
                if (closed) next.Dispose();
                old.Dispose();
            }
        }

        // ---- Stream ----

        /// <summary>Whether it is ordered.</summary>
        public override bool CanRead => ordered && !handle.IsClosed;
        /// <summary>Whether it is ordered and its size is known.</summary>
        public override bool CanSeek => CanRead && (size != NotKnown || end != NotKnown);
        /// <summary>False.</summary>
        public override bool CanWrite => false;

        /// <summary>The range's size in bytes.</summary>
        public override long Length
        {
            get
            {
                if (size == NotKnown && end == NotKnown)
                    throw new NotSupportedException("the file's size is not known");
                ulong last = Math.Min(size, end);
                return last > begin ? (long)(last - begin) : 0;
            }
        }

        /// <summary>Where in the range the next read begins.</summary>
        public override long Position
        {
            get => (long)(position - begin);
            set => Seek(value, SeekOrigin.Begin);
        }

        /// <summary>Goes to another place; nothing is asked before the next read.</summary>
        /// <param name="offset">How far.</param>
        /// <param name="origin">From where.</param>
        public override long Seek(long offset, SeekOrigin origin)
        {
            if (!CanSeek) throw new NotSupportedException("this stream cannot seek");
            long from = origin == SeekOrigin.Begin ? 0 : origin == SeekOrigin.Current ? Position : Length;
            long target = checked(from + offset);
            if (target < 0) throw new IOException("a position before the beginning");
            moved |= target != Position;
            position = begin + (ulong)target;
            return target;
        }

        /// <summary>Reads what is here, waiting for at least one byte; 0 at the end.</summary>
        /// <param name="buffer">Where it goes.</param>
        public override int Read(Span<byte> buffer)
        {
            if (!ordered) throw new NotSupportedException("an unordered stream gives pieces only");
            return Copy(buffer, Timeout.InfiniteTimeSpan);
        }

        /// <summary>Reads what is here, waiting for at least one byte; 0 at the end.</summary>
        /// <param name="buffer">Where it goes.</param>
        /// <param name="offset">Where it goes there.</param>
        /// <param name="count">How much at most.</param>
        public override int Read(byte[] buffer, int offset, int count) => Read(new Span<byte>(buffer, offset, count));

        /// <summary>Reads what is here; waits, when nothing is, on a thread of the pool.</summary>
        /// <param name="buffer">Where it goes.</param>
        /// <param name="offset">Where it goes there.</param>
        /// <param name="count">How much at most.</param>
        /// <param name="token">Ends the wait; the stream stays usable.</param>
        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken token) =>
            ReadAsync(new Memory<byte>(buffer, offset, count), token).AsTask();

        /// <summary>Reads what is here; waits, when nothing is, on a thread of the pool.</summary>
        /// <param name="buffer">Where it goes.</param>
        /// <param name="token">Ends the wait; the stream stays usable.</param>
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken token = default)
        {
            if (!ordered) throw new NotSupportedException("an unordered stream gives pieces only");
            if (token.IsCancellationRequested) return new ValueTask<int>(Task.FromCanceled<int>(token));
            try
            {
                int count = Copy(buffer.Span, TimeSpan.Zero);
                return count >= 0 ? new ValueTask<int>(count) : new ValueTask<int>(Task.Run(() =>
                {
                    for (;;)
                    {
                        token.ThrowIfCancellationRequested();
                        int later = Copy(buffer.Span, LookAtToken);
                        if (later >= 0) return later;
                    }
                }, token));
            }
            catch (Exception error) { return new ValueTask<int>(Task.FromException<int>(error)); }
        }

        // Bytes copied, 0 at the end, -1 when the time has passed. The handle is held, so that the bytes stay.
        private unsafe int Copy(Span<byte> buffer, TimeSpan limit)
        {
            if (buffer.IsEmpty) return 0;
            bool past = moved && !cancelled && Position >= Length; // else it is the library's to say, having verified it
            int status = past ? raw.HFHUB_END : Fill(limit);
            if (status != raw.HFHUB_OK) return status == raw.HFHUB_END ? 0 : -1;
            bool held = false;
            handle.DangerousAddRef(ref held);
            try
            {
                ulong skip = position - pieceBegin;
                int count = (int)Math.Min((ulong)buffer.Length, (ulong)piece.Size - skip);
                new ReadOnlySpan<byte>((byte*)piece.Data + skip, count).CopyTo(buffer);
                position += (ulong)count;
                return count;
            }
            finally { handle.DangerousRelease(); }
        }

        /// <summary>Counters of the stream, from its opening or last seek.</summary>
        /// <remarks>
        /// hfhub_xet_stream_get_progress: Counters of the stream. Since 0.1.
        ///
        /// </remarks>
        public Progress Progress
        {
            get
            {
                Progress counters = Progress.New();
                raw.hfhub_xet_stream_get_progress(handle, ref counters);
                return counters;
            }
        }

        /// <summary>Ends the stream: reads throw <see cref="OperationCanceledException"/>. Any thread.</summary>
        /// <remarks>
        /// hfhub_xet_stream_cancel: Ends the stream with E_CANCELLED, never with a silent END. Any thread. NULL is
        /// fine. Since 0.1.
        ///
        /// </remarks>
        public void Cancel()
        {
            lock (gate)
            {
                cancelled = true;
                raw.hfhub_xet_stream_cancel(handle);
            }
        }

        /// <summary>Lets go of the stream. A read in another thread is cancelled.</summary>
        /// <remarks>
        /// hfhub_xet_stream_free: Lets go of the stream. Never waits. NULL is fine. Since 0.1.
        ///
        /// </remarks>
        /// <param name="disposing">True when it was not the garbage collector.</param>
        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                lock (gate)
                {
                    if (!closed && !handle.IsClosed) raw.hfhub_xet_stream_cancel(handle);
                    closed = true;
                    handle.Dispose();
                }
            }
            base.Dispose(disposing);
        }

        /// <summary>Does nothing.</summary>
        public override void Flush() { }
        /// <summary>Not supported.</summary>
        public override void SetLength(long value) => throw new NotSupportedException();
        /// <summary>Not supported.</summary>
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private sealed class Pieces : IAsyncEnumerable<XetPiece>, IAsyncEnumerator<XetPiece>
        {
            private readonly XetStream stream;
            private CancellationToken token;

            internal Pieces(XetStream stream) => this.stream = stream;

            public XetPiece Current { get; private set; }

            public IAsyncEnumerator<XetPiece> GetAsyncEnumerator(CancellationToken token = default)
            {
                this.token = token;
                return this;
            }

            public ValueTask<bool> MoveNextAsync()
            {
                int status = stream.Fill(TimeSpan.Zero);
                return status == raw.HFHUB_PENDING
                    ? new ValueTask<bool>(Task.Run(() => Later(), token))
                    : new ValueTask<bool>(Take(status));
            }

            private bool Later()
            {
                for (;;)
                {
                    token.ThrowIfCancellationRequested();
                    int status = stream.Fill(LookAtToken);
                    if (status != raw.HFHUB_PENDING) return Take(status);
                }
            }

            private bool Take(int status)
            {
                if (status != raw.HFHUB_OK) return false;
                stream.TryReadPiece(out ReadOnlySpan<byte> data, out ulong offset);
                Current = new XetPiece(offset, data.ToArray());
                return true;
            }

            public ValueTask DisposeAsync() => default;
        }
    }
}
