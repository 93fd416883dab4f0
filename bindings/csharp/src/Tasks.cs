using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace HfHub
{
    internal static class Tasks
    {
        // Starts an operation unless `token` is cancelled already. What starting it throws, the task throws.
        internal static Task<T> Run<T>(CancellationToken token, IProgress<Progress> progress, Func<Operation<T>> start)
        {
            if (token.IsCancellationRequested) return Task.FromCanceled<T>(token);
            try { return start().AsTask(progress, token); }
            catch (Exception error) { return Task.FromException<T>(error); }
        }
    }

    // The results that are nothing but JSON.
    internal static class Read
    {
        internal static Json Json(Operation operation) => operation.Json;
    }

    // The elements of an answer that is an array. Each enumerator asks once.
    internal sealed class Listing : IAsyncEnumerable<Json>
    {
        private readonly Func<CancellationToken, Task<Json>> ask;

        internal Listing(Func<CancellationToken, Task<Json>> ask) => this.ask = ask;

        public IAsyncEnumerator<Json> GetAsyncEnumerator(CancellationToken token = default) =>
            new Enumerator(ask, token);

        private sealed class Enumerator : IAsyncEnumerator<Json>
        {
            private readonly Func<CancellationToken, Task<Json>> ask;
            private readonly CancellationToken token;
            private Json answer;
            private int next, count;

            internal Enumerator(Func<CancellationToken, Task<Json>> ask, CancellationToken token)
            {
                this.ask = ask;
                this.token = token;
            }

            public Json Current { get; private set; }

            public async ValueTask<bool> MoveNextAsync()
            {
                if (answer == null)
                {
                    answer = await ask(token).ConfigureAwait(false);
                    count = answer.Count;
                }
                token.ThrowIfCancellationRequested();
                Current = next < count ? answer[next++] : null;
                return Current != null;
            }

            // The document may still be in use through an element.
            public ValueTask DisposeAsync() => default;
        }
    }
}
