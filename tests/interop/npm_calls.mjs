// What npm_test.py asks of @huggingface/hub: node npm_calls.mjs PACKAGE_FOLDER '{"call": ..., "hubUrl": ..., ...}'
// One JSON object on the last line of stdout.
import { createHash, webcrypto } from "node:crypto";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

globalThis.crypto ??= webcrypto; // older Node has it only as a module

const [folder, request] = process.argv.slice(2);
const entry = createRequire(`${folder}/package.json`).resolve("@huggingface/hub");
const hub = await import(pathToFileURL(entry.replace(/\.js$/, ".mjs")));
const { call, ...params } = JSON.parse(request);

const sha256 = async (blob) => createHash("sha256").update(Buffer.from(await blob.arrayBuffer())).digest("hex");

const calls = {
  async list() {
    const files = [];
    for await (const file of hub.listFiles(params)) files.push(file);
    return files;
  },
  async models() {
    const names = [];
    for await (const model of hub.listModels(params)) names.push(model.name);
    return names;
  },
  async info() {
    return hub.modelInfo({ additionalFields: ["sha"], ...params });
  },
  async download() {
    const blob = await hub.downloadFile(params);
    if (!blob) return null;
    return { size: blob.size, sha256: await sha256(blob), middle: await blob.slice(1, 4).text() };
  },
  // files: {path in the repo: path on disk}
  async upload() {
    const { files, ...rest } = params;
    const operations = Object.entries(files).map(([path, source]) => ({ path, content: pathToFileURL(source) }));
    return (await hub.uploadFiles({ ...rest, files: operations })) ?? null;
  },
  // files as for upload; deletes: paths in the repo
  async commit() {
    const { files, deletes, ...rest } = params;
    const added = Object.entries(files).map(([path, source]) => ({ operation: "addOrUpdate", path, content: pathToFileURL(source) }));
    const deleted = deletes.map((path) => ({ operation: "delete", path }));
    return hub.commit({ ...rest, operations: [...added, ...deleted] });
  },
  async paths() {
    return hub.pathsInfo(params);
  },
  async exists() {
    return hub.fileExists(params);
  },
  async cacheFile() {
    return hub.downloadFileToCacheDir(params);
  },
  async snapshot() {
    return hub.snapshotDownload(params);
  },
  async scan() {
    const info = await hub.scanCacheDir(params.cacheDir);
    return {
      size: info.size,
      warnings: info.warnings.map(String),
      repos: info.repos.map((repo) => ({
        id: repo.id,
        size: repo.size,
        filesCount: repo.filesCount,
        revisions: repo.revisions.map(({ commitOid, size, refs, files }) => ({ commitOid, size, refs, files: files.length })),
      })),
    };
  },
};

console.debug = console.info = console.error; // the package speaks on stdout
try {
  console.log(JSON.stringify({ answer: await calls[call]() }));
} catch (error) {
  console.log(JSON.stringify({ error: String(error), status: error.statusCode ?? null }));
}
