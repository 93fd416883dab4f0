using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace HfHub
{
    /// <summary>What a stream that can only be written is like.</summary>
    public abstract class WriteStream : Stream
    {
        internal WriteStream() { }

        /// <summary>False.</summary>
        public override bool CanRead => false;
        /// <summary>False.</summary>
        public override bool CanSeek => false;
        /// <summary>True.</summary>
        public override bool CanWrite => true;
        /// <summary>Not supported.</summary>
        public override long Length => throw new NotSupportedException();

        /// <summary>Not supported.</summary>
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        /// <summary>Writes the next bytes.</summary>
        /// <param name="bytes">The bytes.</param>
        public abstract override void Write(ReadOnlySpan<byte> bytes);

        /// <summary>Writes the next bytes.</summary>
        /// <param name="buffer">Where they are.</param>
        /// <param name="offset">Where they begin.</param>
        /// <param name="count">How many.</param>
        public override void Write(byte[] buffer, int offset, int count) =>
            Write(new ReadOnlySpan<byte>(buffer, offset, count));

        /// <summary>Writes the next bytes on a thread of the pool, since it may have to wait.</summary>
        /// <param name="buffer">Where they are.</param>
        /// <param name="offset">Where they begin.</param>
        /// <param name="count">How many.</param>
        /// <param name="token">Asked before it begins.</param>
        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken token) =>
            Task.Run(() => Write(buffer, offset, count), token);

        /// <summary>Writes the next bytes on a thread of the pool, since it may have to wait.</summary>
        /// <param name="bytes">The bytes.</param>
        /// <param name="token">Asked before it begins.</param>
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken token = default) =>
            new ValueTask(Task.Run(() => Write(bytes.Span), token));

        /// <summary>Does nothing: nothing is kept back.</summary>
        public override void Flush() { }
        /// <summary>Not supported.</summary>
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        /// <summary>Not supported.</summary>
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        /// <summary>Not supported.</summary>
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
