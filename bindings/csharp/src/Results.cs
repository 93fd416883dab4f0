using System;

namespace HfHub
{
    /// <summary>What came of a call, with the whole JSON behind it.</summary>
    public abstract class Result
    {
        internal Result(Json json) => Json = json;

        /// <summary>All that the library said.</summary>
        public Json Json { get; }

        /// <summary>The JSON as text.</summary>
        public override string ToString() => Json.ToString();
    }

    /// <summary>A downloaded file, or for a dry run what would be done.</summary>
    public sealed class FileDownload : Result
    {
        internal FileDownload(Operation operation) : this(operation.Json, operation.Path) { }

        internal FileDownload(Json json, string path) : base(json)
        {
            Path = path ?? json["path"].AsString(json["local_path"].AsString());
            Commit = json["commit"].AsString(json["commit_hash"].AsString());
            Etag = json["etag"].AsString();
            Size = json["size"].AsInt64(json["file_size"].AsInt64(-1));
            Cached = json["cached"].AsBool(json["is_cached"].AsBool());
        }

        /// <summary>Where the file is.</summary>
        public string Path { get; }
        /// <summary>The commit that it is from.</summary>
        public string Commit { get; }
        /// <summary>The Hub's name for its content; null for a dry run.</summary>
        public string Etag { get; }
        /// <summary>Its size in bytes, -1 when it is not known.</summary>
        public long Size { get; }
        /// <summary>Whether it was on disk already.</summary>
        public bool Cached { get; }
    }

    /// <summary>A downloaded repository; for a dry run only the JSON, an array, says something.</summary>
    public sealed class Snapshot : Result
    {
        internal Snapshot(Operation operation) : base(operation.Json)
        {
            Path = operation.Path ?? Json["path"].AsString();
            Commit = Json["commit"].AsString();
            Files = Json["files"].AsInt64();
            Downloaded = Json["downloaded"].AsInt64();
        }

        /// <summary>The folder.</summary>
        public string Path { get; }
        /// <summary>The commit that it is.</summary>
        public string Commit { get; }
        /// <summary>How many files it has.</summary>
        public long Files { get; }
        /// <summary>How many of them were fetched now.</summary>
        public long Downloaded { get; }
    }

    /// <summary>What the Hub says about a file.</summary>
    public sealed class FileMetadata : Result
    {
        internal FileMetadata(Operation operation) : base(operation.Json)
        {
            Commit = Json["commit_hash"].AsString();
            Etag = Json["etag"].AsString();
            Size = Json["size"].AsOptionalInt64();
            Location = Json["location"].AsString();
            XetHash = Json["xet_hash"].AsString();
        }

        /// <summary>The commit that the revision is.</summary>
        public string Commit { get; }
        /// <summary>The Hub's name for the content.</summary>
        public string Etag { get; }
        /// <summary>Its size in bytes; null when the Hub did not say.</summary>
        public long? Size { get; }
        /// <summary>Where it is served from.</summary>
        public string Location { get; }
        /// <summary>Its hash in Xet storage; null when it is not there.</summary>
        public string XetHash { get; }
    }

    /// <summary>What the cache knows about a file.</summary>
    public enum CacheState
    {
        /// <summary>Nothing: the Hub must be asked.</summary>
        Unknown = Raw.raw.HFHUB_CACHED_UNKNOWN,
        /// <summary>It is here.</summary>
        Found = Raw.raw.HFHUB_CACHED_FOUND,
        /// <summary>The Hub once said that this commit has no such file.</summary>
        Absent = Raw.raw.HFHUB_CACHED_ABSENT
    }

    /// <summary>The answer of the cache about a file.</summary>
    public readonly struct CachedFile
    {
        internal CachedFile(CacheState state, string path)
        {
            State = state;
            Path = path;
        }

        /// <summary>What it knows.</summary>
        public CacheState State { get; }
        /// <summary>Where the file is; null unless it was found.</summary>
        public string Path { get; }
    }

    /// <summary>An hf:// URI, taken apart.</summary>
    public sealed class HubUri : Result
    {
        internal HubUri(Json json) : base(json)
        {
            RepoType = json["repo_type"].AsString();
            RepoId = json["repo_id"].AsString();
            Revision = json["revision"].AsString();
            Path = json["path"].AsString();
            IsFolder = json["folder"].AsBool();
        }

        /// <summary>The repository's type.</summary>
        public string RepoType { get; }
        /// <summary>The repository.</summary>
        public string RepoId { get; }
        /// <summary>The revision, or null.</summary>
        public string Revision { get; }
        /// <summary>The path in it, "" for the repository itself.</summary>
        public string Path { get; }
        /// <summary>Whether it ended in "/".</summary>
        public bool IsFolder { get; }
    }

    /// <summary>A repository that was made, moved or copied.</summary>
    public sealed class RepoUrl : Result
    {
        internal RepoUrl(Operation operation) : base(operation.Json)
        {
            Url = Json["url"].AsString();
            RepoId = Json["repo_id"].AsString();
            RepoType = Json["repo_type"].AsString();
            Created = Json["created"].AsBool();
        }

        /// <summary>Its page on the Hub.</summary>
        public string Url { get; }
        /// <summary>Its id.</summary>
        public string RepoId { get; }
        /// <summary>Its type.</summary>
        public string RepoType { get; }
        /// <summary>Whether it is new.</summary>
        public bool Created { get; }
    }

    /// <summary>What a commit or an upload came to.</summary>
    public sealed class CommitInfo : Result
    {
        internal CommitInfo(Operation operation) : base(operation.Json)
        {
            Committed = Json["committed"].AsBool();
            CommitId = Json["commit_oid"].AsString();
            CommitUrl = Json["commit_url"].AsString();
            PullRequestUrl = Json["pr_url"].AsString();
            PullRequestNumber = Json["pr_num"].AsOptionalInt64();
            PullRequestRevision = Json["pr_revision"].AsString();
            RepoUrl = Json["repo_url"].AsString();
            SentBytes = Json["sent_bytes"].AsInt64();
            DedupedBytes = Json["deduped_bytes"].AsInt64();
        }

        /// <summary>Whether a commit was made; there is none when nothing would change.</summary>
        public bool Committed { get; }
        /// <summary>The commit, or the revision's head when none was made.</summary>
        public string CommitId { get; }
        /// <summary>Its page.</summary>
        public string CommitUrl { get; }
        /// <summary>The page of the pull request that it opened, or null.</summary>
        public string PullRequestUrl { get; }
        /// <summary>Its number, or null.</summary>
        public long? PullRequestNumber { get; }
        /// <summary>Its revision, e.g. "refs/pr/3", or null.</summary>
        public string PullRequestRevision { get; }
        /// <summary>The repository's page.</summary>
        public string RepoUrl { get; }
        /// <summary>Bytes that went over the network.</summary>
        public long SentBytes { get; }
        /// <summary>Bytes that did not need to, since the Hub had them.</summary>
        public long DedupedBytes { get; }
    }

    /// <summary>A file in Xet storage.</summary>
    public sealed class XetFile : Result
    {
        internal XetFile(Operation operation) : this(operation.Json) { }

        internal XetFile(Json json) : base(json)
        {
            Name = json["name"].AsString();
            Hash = json["hash"].AsString();
            Size = json["size"].AsInt64();
            Sha256 = json["sha256"].AsString();
        }

        /// <summary>The name that it was given, or null.</summary>
        public string Name { get; }
        /// <summary>Its hash, by which it is fetched.</summary>
        public string Hash { get; }
        /// <summary>Its size in bytes.</summary>
        public long Size { get; }
        /// <summary>Its SHA-256, null when it was left out.</summary>
        public string Sha256 { get; }
    }
}
