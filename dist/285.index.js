export const id = 285;
export const ids = [285,721];
export const modules = {

/***/ 49721:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ BASELINE_EVENTS),
/* harmony export */   h: () => (/* binding */ describeNext),
/* harmony export */   uploadSnapshot: () => (/* binding */ uploadSnapshot)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(83916);
/* harmony import */ var _context_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(19556);



const DEADLINE_MILLISECONDS = 300_000;
/**
 * Uploads the files of a snapshot. With `auto` whatever goes wrong is a warning; with `true` a UserError. The files
 * on disk are not touched in either case, so that a failed upload never loses a snapshot.
 * `load` gives the uploader (by default `@actions/artifact`, which is loaded only here); `deadline` is in milliseconds.
 */
async function uploadSnapshot(request, context, { load = loadUploader, deadline = DEADLINE_MILLISECONDS, } = {}) {
    const refusal = refusalOf(request, context);
    if (refusal !== undefined)
        return refusal;
    try {
        const uploader = await load();
        const files = request.files.map((name) => (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(request.directory, name));
        const options = request.retentionDays === undefined ? {} : { retentionDays: request.retentionDays };
        const { id, digest } = await within(deadline, uploader.uploadArtifact(request.name, files, request.directory, options));
        if (id === undefined)
            throw new Error('the service gave no id');
        const url = `${context.serverUrl}/${context.owner}/${context.repository}/actions/runs/${context.runId}/artifacts/${id}`;
        return { artifact: { name: request.name, id, url, digest } };
    }
    catch (thrown) {
        const failure = failureOf(request.name, thrown);
        if (request.mode === 'true')
            throw failure;
        return { warning: `${failure.message} The snapshot is in the output directory nevertheless.` };
    }
}
/** Why nothing is uploaded; undefined: upload. */
function refusalOf({ mode, source }, context) {
    if (mode === 'false')
        return {};
    if (source === 'directory') {
        return mode === 'auto'
            ? {}
            : {
                warning: 'upload-artifact is true, but with a directory as source nothing is uploaded. Leave the input out.',
            };
    }
    if (mode === 'auto' && (0,_context_js__WEBPACK_IMPORTED_MODULE_2__/* .isPullRequestEvent */ .T5)(context)) {
        return { note: 'The snapshot is not uploaded on pull request events.' };
    }
    if (mode === 'auto' && context.visibility !== 'private') {
        return {
            note: `The snapshot is not uploaded: the repository is ${context.visibility ?? UNKNOWN}, and others could download it. Set upload-artifact to true to upload it nevertheless.`,
        };
    }
    if (!context.isEnterpriseServer)
        return undefined;
    const sentence = 'The snapshot was not uploaded: GitHub Enterprise Server has no such artifacts. The outputs name the files.';
    if (mode === 'auto')
        return { warning: sentence };
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('precondition', `${sentence} Set upload-artifact to false.`);
}
/**
 * What becomes of a run that read AWS and found no artifact to be compared with: whether its own will be the baseline of
 * the next, else why not, and how there can be one. A sentence for a warning.
 */
function describeNext(mode, context) {
    const { visibility, ref, defaultBranch, eventName } = context;
    const reason = unkept();
    if (reason !== undefined)
        return `${reason}, so every run will say this. For a baseline commit the snapshot: output-directory is a path of the repository then, and auto takes the one that git tracks there.`;
    const isBaseline = BASELINE_EVENTS.includes(eventName) && ref === `refs/heads/${defaultBranch ?? ''}`;
    return isBaseline
        ? 'This is the first run: its artifact will be the baseline of the next one.'
        : `The first run on the default branch by ${BASELINE_EVENTS.join(', ')} will leave one.`;
    function unkept() {
        if (mode === 'false')
            return 'upload-artifact is false';
        if (context.isEnterpriseServer)
            return 'GitHub Enterprise Server has no such artifacts';
        if (mode === 'true' || visibility === 'private')
            return undefined;
        return `Nothing is uploaded, since the repository is ${visibility ?? UNKNOWN}`;
    }
}
/** The runs whose artifacts can be baselines: of these events, on the default branch. */
const BASELINE_EVENTS = ['schedule', 'push', 'workflow_dispatch'];
const UNKNOWN = 'of unknown visibility';
async function loadUploader() {
    const { DefaultArtifactClient } = await Promise.all(/* import() */[__webpack_require__.e(351), __webpack_require__.e(735), __webpack_require__.e(252)]).then(__webpack_require__.bind(__webpack_require__, 91252));
    return new DefaultArtifactClient();
}
/** The uploader has no deadline of its own that is shorter than a quarter of an hour. */
async function within(milliseconds, work) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo('unavailable', 'no answer')), milliseconds);
    });
    try {
        return await Promise.race([work, late]);
    }
    finally {
        clearTimeout(timer);
        work.catch(() => undefined);
    }
}
/** `@actions/artifact` throws plain errors whose text holds the status. Its text is not shown: it can quote a signed URL. */
function failureOf(name, cause) {
    const said = (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .messageOf */ .bD)(cause);
    const what = `The artifact ${name} could not be uploaded`;
    const fail = (kind, why) => new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .yo(kind, `${what}: ${why}`, { cause });
    if (/\(409\)|already exists/.test(said)) {
        return fail('precondition', 'this workflow run has one of that name already. Give each use of the action in a run its own artifact-name.');
    }
    if (/ACTIONS_RUNTIME_TOKEN|ACTIONS_RESULTS_URL|backend IDs/.test(said)) {
        return fail('precondition', 'this is not a step of a GitHub Actions job with access to artifacts. Set upload-artifact to false.');
    }
    if (/\(40[13]\)/.test(said)) {
        return fail('permission', "the artifact service refuses this job. Check the repository's and organization's Actions settings.");
    }
    if (/quota/i.test(said))
        return fail('precondition', 'the storage quota for artifacts is used up. Delete old artifacts or raise the limit.');
    return fail('unavailable', 'the artifact service did not take it. Run the workflow again; see githubstatus.com.');
}


/***/ }),

/***/ 53285:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  chooseBaseline: () => (/* binding */ chooseBaseline),
  loadBaseline: () => (/* binding */ loadBaseline)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
// EXTERNAL MODULE: ./src/snapshot/model.ts
var model = __webpack_require__(14769);
// EXTERNAL MODULE: ./src/github/artifact.ts
var github_artifact = __webpack_require__(49721);
// EXTERNAL MODULE: ./src/github/client.ts
var github_client = __webpack_require__(96584);
// EXTERNAL MODULE: ./src/github/context.ts
var github_context = __webpack_require__(19556);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(38522);
;// CONCATENATED MODULE: ./src/github/zip.ts




/** What a file of a snapshot may have at the most: a larger one is refused before it is unpacked. */
const LARGEST_FILE_BYTES = 256 * 1024 * 1024;
const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
const END_BYTES = 22;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
/**
 * The snapshot files of a zip archive in memory, by their exact names at its top; whatever else it holds is not looked at
 * and nothing is written to disk. Throws a UserError for an archive that is damaged, encrypted, or holds a name twice.
 * Source of the layout: PKWARE's APPNOTE, sections 4.3.7, 4.3.12, 4.3.16 (without zip64, which starts at 4 GiB).
 */
function readZip(zip, label) {
    const damaged = (why) => new errors/* UserError */.yo('precondition', `The zip archive of ${label} is not readable: ${why}. Delete the artifact, or use another baseline.`);
    const entries = readDirectory(zip, damaged);
    return {
        open(name) {
            const entry = entries.get(name);
            if (entry === undefined)
                return undefined;
            if (entry.bytes > LARGEST_FILE_BYTES)
                throw damaged(`${name} is larger than ${LARGEST_FILE_BYTES} bytes`);
            return inflate(dataOf(zip, entry, damaged), entry, () => damaged(`the data of ${name} is damaged`));
        },
    };
}
function readDirectory(zip, damaged) {
    const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
    if (end < 0 || end + END_BYTES > zip.length || zip.readUInt32LE(end) !== END_OF_DIRECTORY) {
        throw damaged('it has no directory');
    }
    const names = [...model/* SNAPSHOT_FILES */.FI, model/* ACCESS_FILE */.aL];
    const entries = new Map();
    let at = zip.readUInt32LE(end + 16);
    for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
        if (at + 46 > end || zip.readUInt32LE(at) !== DIRECTORY_ENTRY)
            throw damaged('its directory is damaged');
        const nameBytes = zip.readUInt16LE(at + 28);
        const name = zip.toString('utf8', at + 46, at + 46 + nameBytes);
        if (names.includes(name)) {
            if (entries.has(name))
                throw damaged(`it holds ${name} twice`);
            if (zip.readUInt16LE(at + 8) & ENCRYPTED)
                throw damaged(`${name} is encrypted`);
            entries.set(name, {
                method: zip.readUInt16LE(at + 10),
                compressed: zip.readUInt32LE(at + 20),
                bytes: zip.readUInt32LE(at + 24),
                offset: zip.readUInt32LE(at + 42),
            });
        }
        at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    }
    return entries;
}
function dataOf(zip, { offset, compressed }, damaged) {
    if (offset + 30 > zip.length || zip.readUInt32LE(offset) !== LOCAL_ENTRY)
        throw damaged('its directory is damaged');
    const start = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28);
    if (start + compressed > zip.length)
        throw damaged('it ends too early');
    return zip.subarray(start, start + compressed);
}
/** Ends with an error as soon as there is more than the directory promised, so that a bomb costs one chunk. */
async function* inflate(data, entry, damaged) {
    let bytes = 0;
    for await (const chunk of unpacked(data, entry.method, damaged)) {
        bytes += chunk.byteLength;
        if (bytes > entry.bytes)
            throw damaged();
        yield chunk;
    }
    if (bytes !== entry.bytes)
        throw damaged();
}
async function* unpacked(data, method, damaged) {
    if (method === STORED) {
        yield data;
        return;
    }
    if (method !== DEFLATED)
        throw damaged();
    const stream = external_node_stream_.Readable.from([data]).pipe((0,external_node_zlib_.createInflateRaw)());
    try {
        yield* stream;
    }
    catch (cause) {
        throw new errors/* UserError */.yo('precondition', damaged().message, { cause });
    }
    finally {
        stream.destroy();
    }
}

;// CONCATENATED MODULE: ./src/github/baseline.ts








/** Which baseline the settings mean on which event. Throws a UserError where `base` has no path inside the repository. */
function chooseBaseline(settings, context) {
    const workspace = context.workspace ?? '.';
    const isDirectorySource = settings.source !== 'aws';
    const artifact = { kind: 'artifact', name: settings.artifactName };
    const base = () => ({
        kind: 'base',
        path: pathInRepository(isDirectorySource ? settings.source : settings.outputDirectory, workspace),
        pullRequest: settings.pullRequest,
    });
    switch (settings.baseline) {
        case 'none':
            return { kind: 'none' };
        case 'base':
            return base();
        case 'artifact':
            return artifact;
        case 'auto':
            break;
        default:
            return { kind: 'path', directory: (0,external_node_path_.resolve)(workspace, settings.baseline), given: settings.baseline };
    }
    if (isDirectorySource)
        return (0,github_context/* isPullRequestEvent */.T5)(context) ? base() : { kind: 'none' };
    // On GitHub there is always a token, unless somebody took it away: then the client says so.
    const otherwise = settings.hasToken || context.isActions
        ? { ...artifact, next: (0,github_artifact/* describeNext */.h)(settings.uploadArtifact, context) }
        : NOWHERE;
    if (settings.outputDirectory === undefined)
        return otherwise;
    return { kind: 'commit', directory: (0,external_node_path_.resolve)(workspace, settings.outputDirectory), otherwise };
}
/**
 * Looks the baseline up. Never fails open: that there never was one is `absent`, that it could not be looked at is a
 * UserError that names what to do.
 */
async function loadBaseline(choice, edges) {
    switch (choice.kind) {
        case 'none':
            return { state: 'none' };
        case 'path':
            return loadPath(choice, edges);
        case 'base':
            return loadBase(choice, edges);
        case 'commit':
            return (await loadCommit(choice.directory, edges)) ?? loadBaseline(choice.otherwise, edges);
        case 'nowhere':
            return { state: 'absent', reason: choice.reason };
        case 'artifact':
            return loadArtifact(choice, edges);
    }
}
const NOWHERE = {
    kind: 'nowhere',
    reason: 'There is no github-token, so no earlier artifact was looked for: removals were not checked. Outside of GitHub, name an earlier snapshot in baseline.',
};
async function loadPath({ directory, given }, edges) {
    const files = edges.openDirectory(directory);
    for (const name of model/* SNAPSHOT_FILES */.FI) {
        const stream = await files.open(name);
        if (stream === undefined)
            continue;
        await stream[Symbol.asyncIterator]().return?.();
        return { state: 'found', kind: 'path', reference: given, files };
    }
    throw new errors/* UserError */.yo('parameters', `There is no snapshot in ${directory}, which baseline names. Name a directory that holds users.json and groups.json, or leave baseline at auto.`);
}
async function loadBase(choice, edges) {
    const what = 'The baseline of the base commit could not be read';
    try {
        const client = await edges.client();
        const sha = await baseCommit(choice.pullRequest, edges.context, client);
        const entries = await entriesAt(choice.path, sha, client);
        if (!model/* SNAPSHOT_FILES */.FI.some((name) => entries.has(name)))
            return { state: 'empty', kind: 'base', reference: sha };
        const label = `${choice.path || '.'} at the base commit ${sha.slice(0, 12)}`;
        const open = (blob) => client.blob(blob);
        return { state: 'found', kind: 'base', reference: sha, files: filesOf(label, entries, open) };
    }
    catch (thrown) {
        throw (0,github_client/* explain */.W)(thrown, what, 'contents: read');
    }
}
/**
 * The commit that the pull request would be merged onto. On a merge ref the first parent of GITHUB_SHA says it exactly;
 * a merge group names it; everywhere else it is the merge base of base and head.
 */
async function baseCommit(input, context, client) {
    const own = context.pullRequest;
    const isOwn = input === undefined || input === own?.number;
    if (isOwn && own?.isMergeRef) {
        const [first] = (await client.commit(context.sha)).parents;
        if (first !== undefined)
            return first;
    }
    if (input === undefined && context.mergeGroupBaseSha !== undefined)
        return context.mergeGroupBaseSha;
    if (isOwn && own?.baseSha !== undefined && own.headSha !== undefined) {
        return (await client.compare(own.baseSha, own.headSha)).mergeBase;
    }
    const number = input ?? own?.number;
    if (number === undefined) {
        throw new errors/* UserError */.yo('parameters', `baseline: base needs a pull request, and the event ${context.eventName || '(none)'} has none. ` +
            `Set the input pull-request to its number, or choose another baseline.`);
    }
    const pull = await pullRequest(number, client);
    return (await client.compare(pull.baseSha, pull.headSha)).mergeBase;
}
async function pullRequest(number, client) {
    try {
        return await client.pullRequest(number);
    }
    catch (thrown) {
        const what = `Pull request ${number}, with whose base this run is to be compared, could not be read`;
        throw (0,github_client/* explain */.W)(thrown, what, 'pull-requests: read');
    }
}
/**
 * What a directory of a commit holds. It walks the trees rather than the contents API: GitHub answers 404 both for "not
 * there" and for "you may not look", and a tree that was read tells the two apart.
 */
async function entriesAt(path, commit, client) {
    let sha = (await client.commit(commit)).tree;
    for (const part of path.split('/').filter((name) => name !== '')) {
        const entry = (await readTree(sha, client)).get(part);
        if (entry === undefined)
            return new Map();
        if (entry.mode !== '040000') {
            throw new errors/* UserError */.yo('precondition', `${path} is not a directory at the base commit ${commit.slice(0, 12)}: ${part} is a file, a link or a submodule there.`);
        }
        sha = entry.sha;
    }
    return readTree(sha, client);
}
async function readTree(sha, client) {
    const { truncated, entries } = await client.tree(sha);
    if (truncated) {
        throw new errors/* UserError */.yo('precondition', 'The baseline of the base commit could not be read: a directory on its path has more entries than GitHub lists. Keep the snapshot in a smaller one.');
    }
    return new Map(entries.map((entry) => [entry.path, entry]));
}
async function loadCommit(directory, { git }) {
    const tracked = await git.list(directory);
    if (tracked === undefined)
        return undefined;
    const entries = new Map(tracked.entries.map((entry) => [entry.path, entry]));
    if (!model/* SNAPSHOT_FILES */.FI.some((name) => entries.has(name)))
        return undefined;
    const open = (sha) => Promise.resolve(git.blob(directory, sha));
    const files = filesOf(`${directory} at HEAD (${tracked.commit.slice(0, 12)})`, entries, open);
    return { state: 'found', kind: 'commit', reference: tracked.commit, files };
}
function filesOf(label, entries, open) {
    return {
        label,
        open(name) {
            const entry = entries.get(name);
            if (entry === undefined)
                return Promise.resolve(undefined);
            if (!entry.mode.startsWith('100')) {
                return Promise.reject(new errors/* UserError */.yo('precondition', `${name} in ${label} is not a regular file.`));
            }
            return Promise.resolve(lazily(() => open(entry.sha), `${name} in ${label} could not be read (GitHub gives files up to 100 MB)`));
        },
    };
}
/** Asks only when somebody reads: a body that is asked for and left would keep its connection. */
async function* lazily(open, what) {
    try {
        yield* await open();
    }
    catch (thrown) {
        throw (0,github_client/* explain */.W)(thrown, what, 'contents: read');
    }
}
/** Far more than a workflow that shares an artifact name with others makes between two of its own runs. */
const MOST_RUNS_LOOKED_AT = 300;
async function loadArtifact({ name, next }, edges) {
    const what = `The baseline artifact ${name} could not be read`;
    try {
        const client = await edges.client();
        const { artifact, renamed } = await newestArtifact(name, edges.context, client);
        if (artifact === undefined) {
            const none = `There is no earlier artifact ${name} of this workflow on the default branch`;
            const other = renamed === undefined
                ? ''
                : ` ${renamed.path} made one (${renamed.id}). If this workflow file had that name before, download it and name its directory in baseline for one run.`;
            if (next !== undefined)
                return { state: 'absent', reason: `${none}: removals were not checked.${other} ${next}` };
            throw new errors/* UserError */.yo('precondition', `${none}, so removals cannot be checked.${other} For the first run set "baseline: none" once, or leave baseline at auto.`);
        }
        if (artifact.expired) {
            throw new errors/* UserError */.yo('precondition', `The newest baseline artifact ${name} (${artifact.id}) has expired, so removals cannot be checked. ` +
                'Run once with "baseline: none" to accept the present state, and keep artifacts longer (artifact-retention-days) or run more often.');
        }
        const label = `artifact ${artifact.id}`;
        const files = await readArtifact(artifact, label, client);
        return { state: 'found', kind: 'artifact', reference: String(artifact.id), files };
    }
    catch (thrown) {
        throw (0,github_client/* explain */.W)(thrown, what, 'actions: read');
    }
}
/**
 * Newest by id: of this repository, from its default branch, by this workflow file, whatever the run's conclusion. Where
 * there is none, `renamed` is the newest that another workflow file made on a branch or tag of that name.
 */
async function newestArtifact(name, context, client) {
    const workflowFile = context.workflowFile ?? (await client.workflowRun(Number(context.runId))).path;
    const branch = context.defaultBranch ?? (await client.defaultBranch());
    const isOnBranch = isOnBranchOf(client, branch, name);
    const runs = new Set();
    let renamed;
    for await (const page of client.artifacts(name)) {
        for (const artifact of page.sort((a, b) => b.id - a.id)) {
            // A fork's run is one of this repository too, with another head repository (none where the fork is deleted).
            const isOwn = artifact.repositoryId !== undefined && artifact.headRepositoryId === artifact.repositoryId;
            if (!isOwn || artifact.branch !== branch || artifact.runId === undefined)
                continue;
            if (runs.has(artifact.runId))
                continue;
            const run = await client.workflowRun(artifact.runId);
            const isOther = run.path !== workflowFile;
            if (isOther && github_artifact/* BASELINE_EVENTS */.a.includes(run.event))
                renamed ??= { id: artifact.id, path: run.path };
            if (!isOther && (await isTrusted(run, isOnBranch)))
                return { artifact };
            runs.add(artifact.runId);
            if (runs.size >= MOST_RUNS_LOOKED_AT) {
                throw new errors/* UserError */.yo('precondition', `None of the newest ${MOST_RUNS_LOOKED_AT} runs that uploaded ${name} is of this workflow. Give this workflow an artifact-name of its own.`);
            }
        }
    }
    return renamed === undefined ? {} : { renamed };
}
/** A schedule runs on the default branch only. Of the others GitHub names a tag as if it were a branch: the commit counts. */
async function isTrusted({ event, headSha }, isOnBranch) {
    return github_artifact/* BASELINE_EVENTS */.a.includes(event) && (event === 'schedule' || isOnBranch(headSha));
}
/** Asks whether commits are on a branch, which is looked up once. */
function isOnBranchOf(client, branch, name) {
    let tip;
    return async (sha) => {
        try {
            tip ??= client.branchHead(branch).catch(undefinedWhere404);
            const known = await tip;
            // By its id the branch is meant, whatever tag has its name; where that is hidden the comparison says why.
            const asked = client.compare(known ?? branch, sha);
            const comparison = await (known === undefined ? asked : asked.catch(undefinedWhere404));
            // A 404 to who can read the branch: the two have no commit in common.
            return comparison?.status === 'identical' || comparison?.status === 'behind';
        }
        catch (thrown) {
            const what = `Whether the baseline artifact ${name} comes from the default branch could not be checked`;
            throw (0,github_client/* explain */.W)(thrown, what, 'contents: read');
        }
    };
}
function undefinedWhere404(thrown) {
    if ((0,github_client/* statusOf */.c)(thrown) !== 404)
        throw thrown;
}
/** A snapshot of the largest size that is read compresses to less. */
const LARGEST_ZIP_BYTES = 128 * 1024 * 1024;
/**
 * The zip is read here, by the REST API, not by `@actions/artifact`: that unpacks whatever the archive holds onto the
 * disk, without a limit, tries a broken one again for 25 seconds, hides the reason, and does not exist for Enterprise Server.
 */
async function readArtifact(artifact, label, client) {
    const chunks = [];
    const hash = (0,external_node_crypto_.createHash)('sha256');
    let bytes = 0;
    for await (const chunk of await client.artifactZip(artifact.id)) {
        bytes += chunk.byteLength;
        if (bytes > LARGEST_ZIP_BYTES) {
            throw new errors/* UserError */.yo('precondition', `The baseline ${label} is larger than ${LARGEST_ZIP_BYTES} bytes: no snapshot is.`);
        }
        hash.update(chunk);
        chunks.push(chunk);
    }
    if (artifact.digest !== undefined && artifact.digest !== `sha256:${hash.digest('hex')}`) {
        throw new errors/* UserError */.yo('unavailable', `The baseline ${label} arrived damaged: its digest differs. Run the workflow again.`);
    }
    const zip = readZip(Buffer.concat(chunks), label);
    return { label, open: (name) => Promise.resolve(zip.open(name)) };
}
/** The path of the snapshot from the root of the repository, which is the workspace. */
function pathInRepository(path, workspace) {
    if (path === undefined) {
        throw new errors/* UserError */.yo('parameters', 'baseline: base needs to know where the snapshot is in the repository: set output-directory to its path, such as ./identity-store.');
    }
    const inside = (0,external_node_path_.relative)(workspace, (0,external_node_path_.resolve)(workspace, path));
    if (inside === '..' || inside.startsWith(`..${external_node_path_.sep}`) || (0,external_node_path_.isAbsolute)(inside)) {
        throw new errors/* UserError */.yo('parameters', `baseline: base needs a snapshot inside the repository, and ${(0,external_node_path_.join)(path)} is outside of the workspace.`);
    }
    return inside.split(external_node_path_.sep).join('/');
}


/***/ })

};
