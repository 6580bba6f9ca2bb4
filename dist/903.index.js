export const id = 903;
export const ids = [903,584,721];
export const modules = {

/***/ 49721:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ BASELINE_EVENTS),
/* harmony export */   h: () => (/* binding */ describeNext),
/* harmony export */   uploadFiles: () => (/* binding */ uploadFiles)
/* harmony export */ });
/* harmony import */ var node_events__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(78474);
/* harmony import */ var node_events__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_events__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(83916);
/* harmony import */ var _context_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(19556);




/** An upload is several calls: five minutes where a call may take two. */
const DEADLINE_FACTOR = 2.5;
/**
 * Uploads the files of a snapshot, or of its access review. With `auto` whatever goes wrong is a warning; with `true` a
 * UserError. The files on disk are not touched in either case, so that a failed upload never loses one.
 */
async function uploadFiles(upload, settings, context) {
    const { what, name, directory } = upload;
    const { uploadArtifact, artifactRetentionDays: retentionDays, deadlineMs } = settings;
    const obstacle = obstacleTo(what, settings, context);
    if (obstacle?.result instanceof _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yo)
        throw obstacle.result;
    if (obstacle !== undefined)
        return obstacle.result;
    try {
        // Loaded only here, for it is large.
        const { DefaultArtifactClient } = await Promise.all(/* import() */[__webpack_require__.e(251), __webpack_require__.e(351), __webpack_require__.e(252)]).then(__webpack_require__.bind(__webpack_require__, 91252));
        const files = upload.files.map((file) => (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, file));
        const options = retentionDays === undefined ? {} : { retentionDays };
        // The uploader has no deadline of its own that is shorter than a quarter of an hour.
        const late = (0,node_events__WEBPACK_IMPORTED_MODULE_0__.once)(AbortSignal.timeout(Math.ceil(DEADLINE_FACTOR * deadlineMs)), 'abort');
        const { id, digest } = await Promise.race([
            new DefaultArtifactClient().uploadArtifact(name, files, directory, options),
            late.then(() => ({})),
        ]);
        if (id === undefined)
            throw new Error('no answer, or none with an id');
        const artifact = { name, id, url: `${context.runUrl}/artifacts/${String(id)}`, digest };
        if (what === 'snapshot' || context.visibility === 'private')
            return { artifact };
        return {
            artifact,
            warning: `The access review is an artifact of a repository that is ${visibilityOf(context)}: whoever may read the repository can download names, e-mail addresses and who can reach what.`,
        };
    }
    catch (thrown) {
        const failure = failureOf(upload, thrown);
        if (uploadArtifact === 'true')
            throw failure;
        return {
            warning: `${failure.message} ${what === 'snapshot' ? 'The snapshot is still in the output directory' : 'The outputs have the paths of the files'}.`,
        };
    }
}
/**
 * What becomes of a run that read AWS and found no artifact to be compared with: whether its own will be the baseline of
 * the next, else why not, and how there can be one. A sentence for a warning.
 */
function describeNext(uploadArtifact, context) {
    const obstacle = obstacleTo('snapshot', { source: 'aws', uploadArtifact }, context);
    if (obstacle?.lasting !== undefined)
        return `${obstacle.lasting}, so every run will show this warning. To have a baseline, commit the snapshot: set output-directory to a path in the repository, and auto uses the snapshot that git tracks there.`;
    const isBaseline = BASELINE_EVENTS.includes(context.eventName) && context.ref === `refs/heads/${context.defaultBranch ?? ''}`;
    return isBaseline
        ? 'This is the first run: its artifact will be the baseline of the next one.'
        : `The first run on the default branch (${BASELINE_EVENTS.join(', ')}) will upload one.`;
}
/** The runs whose artifacts can be baselines: of these events, on the default branch. */
const BASELINE_EVENTS = ['schedule', 'push', 'workflow_dispatch'];
/** What keeps the files of a run from being uploaded; undefined: they are. */
function obstacleTo(what, { source, uploadArtifact }, context) {
    if (uploadArtifact === 'false')
        return { result: {}, lasting: 'upload-artifact is false' };
    const isAuto = uploadArtifact === 'auto';
    if (source !== 'aws' && isAuto)
        return { result: {} };
    if (source !== 'aws' && what === 'snapshot') {
        const warning = 'upload-artifact is true, but with a directory as source nothing is uploaded. Remove the input.';
        return { result: { warning } };
    }
    if (isAuto && context.visibility !== 'private') {
        const visibility = visibilityOf(context);
        const note = `The ${what} is not uploaded: the repository is ${visibility}, and others could download it. Set upload-artifact to true to upload it anyway.`;
        return { result: { note }, lasting: `Nothing is uploaded because the repository is ${visibility}` };
    }
    if (isAuto && (0,_context_js__WEBPACK_IMPORTED_MODULE_3__/* .isPullRequestEvent */ .T5)(context))
        return { result: { note: `The ${what} is not uploaded on pull request events.` } };
    if (!context.isEnterpriseServer)
        return undefined;
    const lasting = 'GitHub Enterprise Server does not support these artifacts';
    const warning = `The ${what} was not uploaded: ${lasting}. The outputs have the paths of the files.`;
    if (isAuto)
        return { result: { warning }, lasting };
    return { result: new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yo('precondition', `${warning} Set upload-artifact to false.`), lasting };
}
function visibilityOf({ visibility }) {
    return visibility ?? 'of unknown visibility';
}
/** `@actions/artifact` throws plain errors whose text holds the status. Its text is not shown: it can quote a signed URL. */
function failureOf({ what, name }, cause) {
    const failures = [
        [
            /\(409\)|already exists/,
            'precondition',
            `this workflow run already has one with that name. ${what === 'snapshot' ? 'Give each use of the action in a run its own artifact-name' : 'One use of the action in a run can upload the review of an account'}.`,
        ],
        [
            /ACTIONS_RUNTIME_TOKEN|ACTIONS_RESULTS_URL|backend IDs/,
            'precondition',
            'this is not a step of a GitHub Actions job with access to artifacts. Set upload-artifact to false.',
        ],
        [
            /\(40[13]\)/,
            'permission',
            "the artifact service rejected this job. Check the repository's and organization's Actions settings.",
        ],
        [
            /quota/i,
            'precondition',
            'the storage quota for artifacts is used up. Delete old artifacts or raise the limit.',
        ],
    ];
    const outage = 'the artifact service did not accept it. Run the workflow again; see githubstatus.com.';
    const found = failures.find(([pattern]) => pattern.test((0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .messageOf */ .bD)(cause)));
    const [, kind, why] = found ?? [undefined, 'unavailable', outage];
    return new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yo(kind, `The artifact ${name} could not be uploaded: ${why}`, { cause });
}


/***/ }),

/***/ 2903:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  findBaseline: () => (/* binding */ findBaseline)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
// EXTERNAL MODULE: ./src/files.ts + 1 modules
var src_files = __webpack_require__(18793);
// EXTERNAL MODULE: ./src/snapshot/model.ts
var model = __webpack_require__(14769);
// EXTERNAL MODULE: ./src/snapshot/read.ts + 2 modules
var read = __webpack_require__(9009);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: ./src/github/artifact.ts
var github_artifact = __webpack_require__(49721);
// EXTERNAL MODULE: ./src/github/client.ts
var github_client = __webpack_require__(96584);
// EXTERNAL MODULE: ./node_modules/yauzl/index.js
var yauzl = __webpack_require__(20663);
;// CONCATENATED MODULE: ./src/github/zip.ts




/**
 * The snapshot files of a zip archive in memory, by their exact names at its top; whatever else it holds is not unpacked,
 * and nothing is written to disk. Throws a UserError for an archive that is damaged, or in which a snapshot file is there
 * twice, is encrypted, or is larger than one that is read; what unpacks to more than it promised breaks off.
 */
async function openZip(zip, label) {
    const damaged = (why, cause) => new errors/* UserError */.yo('precondition', `The zip archive of ${label} cannot be read: ${why}. Delete the artifact, or use another baseline.`, { cause });
    async function* unpack(archive, entry) {
        try {
            yield* (await archive.openReadStreamPromise(entry));
        }
        catch (thrown) {
            throw damaged(`the data of ${entry.fileName} is damaged`, thrown);
        }
    }
    const names = [...model/* SNAPSHOT_FILES */.FI, model/* ACCESS_FILE */.aL];
    const entries = new Map();
    try {
        const archive = await (0,yauzl/* fromBufferPromise */.SY)(zip);
        for await (const entry of archive.eachEntry()) {
            const name = entry.fileName;
            if (!names.includes(name))
                continue;
            if (entries.has(name))
                throw damaged(`it contains ${name} twice`);
            if (!entry.canDecodeFileData())
                throw damaged(`${name} is encrypted, or compressed in an unknown way`);
            if (entry.uncompressedSize > read/* MAX_FILE_BYTES */.gZ)
                throw damaged(`${name} is larger than ${read/* MAX_FILE_BYTES */.gZ} bytes`);
            entries.set(name, entry);
        }
        return {
            label,
            open(name) {
                const entry = entries.get(name);
                return Promise.resolve(entry && unpack(archive, entry));
            },
        };
    }
    catch (thrown) {
        throw thrown instanceof errors/* UserError */.yo ? thrown : damaged('it is damaged', thrown);
    }
}

;// CONCATENATED MODULE: ./src/github/artifact-baseline.ts





/**
 * The newest artifact of that name as a baseline. `next` is what the warning adds where there never was one; without it
 * that is a UserError, as is whatever could not be looked at.
 */
async function loadArtifact(name, next, { client: connect, context }) {
    try {
        const client = await connect();
        const { artifact, renamed = '' } = await newestArtifact(name, context, client);
        if (artifact === undefined) {
            const none = `There is no earlier artifact ${name} of this workflow on the default branch`;
            if (next !== undefined)
                return { state: 'absent', reason: `${none}: removals were not checked.${renamed} ${next}` };
            throw new errors/* UserError */.yo('precondition', `${none}, so removals cannot be checked.${renamed} For the first run, set "baseline: none" once, or leave baseline at auto.`);
        }
        if (artifact.expired) {
            throw new errors/* UserError */.yo('precondition', `The newest baseline artifact ${name} (${artifact.id}) has expired, so removals cannot be checked. ` +
                'Run once with "baseline: none" to accept the current state, and keep artifacts longer (artifact-retention-days) or run more often.');
        }
        const files = await readArtifact(artifact, client);
        return { state: 'found', kind: 'artifact', reference: String(artifact.id), files };
    }
    catch (thrown) {
        throw (0,github_client/* explain */.WE)(thrown, `The baseline artifact ${name} could not be read`, 'actions: read');
    }
}
/** Far more than a workflow that shares an artifact name with others makes between two of its own runs. */
const MOST_RUNS_LOOKED_AT = 300;
/**
 * Newest by id: of this repository, from its default branch, by this workflow file, whatever the run's conclusion. Where
 * there is none, `renamed` tells of the newest that another workflow file made on a branch or tag of that name.
 */
async function newestArtifact(name, context, client) {
    const workflowFile = context.workflowFile ?? (await client.workflowRun(Number(context.runId))).path;
    const branch = context.defaultBranch ?? (await client.defaultBranch());
    const isOnBranch = createBranchCheck(client, branch, name);
    const runs = new Set();
    let renamed;
    for await (const page of client.artifacts(name)) {
        for (const artifact of page.sort((a, b) => b.id - a.id)) {
            const { id, repository_id, head_repository_id, head_branch } = artifact.workflow_run ?? {};
            // A fork's run is one of this repository too, with another head repository (none where the fork is deleted).
            const isOwn = repository_id !== undefined && head_repository_id === repository_id;
            if (!isOwn || head_branch !== branch || id === undefined || runs.has(id))
                continue;
            const run = await client.workflowRun(id);
            if (github_artifact/* BASELINE_EVENTS */.a.includes(run.event)) {
                if (run.path === workflowFile && (await isOnBranch(run)))
                    return { artifact };
                if (run.path !== workflowFile)
                    renamed ??= ` ${run.path} uploaded one (${artifact.id}). If this workflow file used to have that name, download it and set baseline to its directory for one run.`;
            }
            runs.add(id);
            if (runs.size >= MOST_RUNS_LOOKED_AT) {
                throw new errors/* UserError */.yo('precondition', `None of the newest ${MOST_RUNS_LOOKED_AT} runs that uploaded ${name} belongs to this workflow. Give this workflow its own artifact-name.`);
            }
        }
    }
    return { renamed };
}
/**
 * Tells whether the commit of a run is on a branch, the default one. A schedule runs there only. For other events GitHub
 * names a tag as if it were a branch, so the commits are compared: by its id the branch is meant.
 */
function createBranchCheck(client, branch, name) {
    let tip;
    return async ({ event, headSha }) => {
        if (event === 'schedule')
            return true;
        try {
            const head = await (tip ??= client.branchHead(branch));
            const { status } = await client.compare(head, headSha).catch(unrelatedWhere404);
            return status === 'identical' || status === 'behind';
        }
        catch (thrown) {
            const what = `Whether the baseline artifact ${name} comes from the default branch could not be checked`;
            throw (0,github_client/* explain */.WE)(thrown, what, 'contents: read');
        }
    };
}
/** Who could read the branch is told by it that the two have no commit in common, or that the other one is gone. */
function unrelatedWhere404(thrown) {
    if ((0,github_client/* statusOf */.c2)(thrown) === 404)
        return { status: 'unrelated' };
    throw thrown;
}
/** A snapshot of the largest size that is read compresses to less. */
const LARGEST_ZIP_BYTES = 128 * 1024 * 1024;
/**
 * The zip is read here, by the REST API, not by `@actions/artifact`: that unpacks whatever the archive holds onto the
 * disk, without a limit, tries a broken one again for 25 seconds, hides the reason, and does not exist for Enterprise Server.
 */
async function readArtifact({ id, digest }, client) {
    const label = `artifact ${id}`;
    const chunks = [];
    const hash = (0,external_node_crypto_.createHash)('sha256');
    let bytes = 0;
    for await (const chunk of await client.artifactZip(id)) {
        bytes += chunk.byteLength;
        if (bytes > LARGEST_ZIP_BYTES) {
            throw new errors/* UserError */.yo('precondition', `The baseline ${label} is larger than ${LARGEST_ZIP_BYTES} bytes, so it cannot be a snapshot.`);
        }
        hash.update(chunk);
        chunks.push(chunk);
    }
    // Old artifacts have none.
    if (digest && digest !== `sha256:${hash.digest('hex')}`) {
        throw new errors/* UserError */.yo('unavailable', `The baseline ${label} was damaged in transit: its digest differs. Run the workflow again.`);
    }
    return openZip(Buffer.concat(chunks), label);
}

// EXTERNAL MODULE: ./src/github/context.ts
var github_context = __webpack_require__(19556);
// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(31421);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(57975);
;// CONCATENATED MODULE: ./src/github/git.ts





const run = (0,external_node_util_.promisify)(external_node_child_process_.execFile);
/**
 * A directory (absolute) at HEAD by the `git` of the machine, as child processes without a shell, in the given
 * environment; undefined where git tracks nothing there, outside of a repository, and in one without commits.
 */
async function readHead(directory, env) {
    const root = repositoryOf(directory);
    if (root === undefined)
        return undefined;
    const head = await ask(root, env, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}');
    if (head === undefined)
        return undefined;
    const commit = head.trim();
    const path = (0,external_node_path_.relative)(root, directory).split(external_node_path_.sep).join('/');
    const listed = await ask(root, env, 'ls-tree', '-z', commit, ...(path === '' ? [] : ['--', `${path}/`]));
    const entries = (listed ?? '')
        .split('\0')
        .filter((line) => line !== '')
        .map(entryOf);
    return entries.length === 0 ? undefined : { commit, entries, blob: (sha) => blobOf(root, sha, env) };
}
/** The nearest directory upwards that holds `.git`; the directory itself may not exist in the working tree. */
function repositoryOf(directory) {
    for (let at = directory;; at = (0,external_node_path_.dirname)(at)) {
        if ((0,external_node_fs_.existsSync)((0,external_node_path_.join)(at, '.git')))
            return at;
        if (at === (0,external_node_path_.dirname)(at))
            return undefined;
    }
}
/** What git prints; undefined where it says with exit code 1 and silence that there is no such commit. */
async function ask(root, env, ...args) {
    try {
        return (await run('git', ['-C', root, ...args], { env, maxBuffer: 64 * 1024 * 1024 })).stdout;
    }
    catch (thrown) {
        // What execFile throws has these two.
        const { code, stderr = '' } = thrown;
        if (code === 1 && stderr === '')
            return undefined;
        throw gitError(root, code, stderr, thrown);
    }
}
async function* blobOf(root, sha, env) {
    const child = (0,external_node_child_process_.spawn)('git', ['-C', root, 'cat-file', 'blob', sha], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
        said = (said + text).slice(-4096);
    });
    const ended = new Promise((done) => {
        child.on('error', (cause) => done({ code: 'code' in cause ? cause.code : undefined, cause }));
        child.on('close', (code) => done({ code }));
    });
    // Whoever reads no further closes the pipe, which ends git.
    yield* child.stdout;
    const { code, cause } = await ended;
    if (code !== 0)
        throw gitError(root, code, said, cause);
}
function gitError(root, code, stderr, cause) {
    const fail = (why) => new errors/* UserError */.yo('precondition', `The baseline from HEAD could not be read: ${why}`, { cause });
    if (code === 'ENOENT')
        return fail('git is not installed. Install it, or set baseline to artifact, a path or none.');
    // In every language git's advice names the setting.
    if (stderr.includes('safe.directory'))
        return fail(`git does not trust ${root}, which belongs to another user. Run "git config --global --add safe.directory ${root}" in an earlier step.`);
    const [line = ''] = stderr.trim().split('\n');
    return fail(`git failed in ${root} (${line || (0,errors/* messageOf */.bD)(cause ?? `exit code ${String(code)}`)}).`);
}
/** `<mode> SP <type> SP <sha> TAB <path>`, as git-ls-tree documents it; of the path its last part. */
function entryOf(line) {
    const [mode = '', , sha = ''] = line.split(/[ \t]/, 3);
    const path = line.slice(line.indexOf('\t') + 1);
    return { mode, sha, path: path.slice(path.lastIndexOf('/') + 1) };
}

;// CONCATENATED MODULE: ./src/github/baseline.ts










/**
 * The baseline that the settings mean on this event. Never fails open: that there never was one is `absent`, that it
 * could not be looked at is a UserError that names what to do.
 */
async function findBaseline(settings, options) {
    const { baseline, source, outputDirectory, artifactName, uploadArtifact, githubToken } = settings;
    const { context } = options;
    if (baseline === 'none')
        return { state: 'none' };
    if (baseline === 'base')
        return loadBase(settings, options);
    if (baseline === 'artifact')
        return loadArtifact(artifactName, undefined, options);
    if (baseline !== 'auto')
        return loadPath(baseline.path, options);
    if (source !== 'aws')
        return (0,github_context/* isPullRequestEvent */.T5)(context) ? loadBase(settings, options) : { state: 'none' };
    const committed = outputDirectory === undefined ? undefined : await loadCommit(outputDirectory, options);
    if (committed !== undefined)
        return committed;
    // On GitHub there is always a token, unless somebody took it away: then the client says so.
    if (githubToken === '' && !context.isActions)
        return { state: 'absent', reason: NOWHERE };
    return loadArtifact(artifactName, (0,github_artifact/* describeNext */.h)(uploadArtifact, context), options);
}
const NOWHERE = 'There is no github-token to find an earlier artifact with: removals were not checked. Outside of GitHub, set baseline to an earlier snapshot.';
async function loadPath(path, { context, roots }) {
    const directory = (0,external_node_path_.resolve)(context.workspace ?? '.', path);
    (0,src_files/* refuseLinks */.UA)(directory, roots);
    const files = (0,read.directoryFiles)(directory);
    for (const name of model/* SNAPSHOT_FILES */.FI) {
        const stream = await files.open(name);
        if (stream === undefined)
            continue;
        await stream[Symbol.asyncIterator]().return?.();
        // As it was given it is the same on every machine.
        return { state: 'found', kind: 'path', reference: path, files };
    }
    throw new errors/* UserError */.yo('parameters', `There is no snapshot in the baseline directory ${directory}. Choose a directory that contains users.json and groups.json, or leave baseline at auto.`);
}
async function loadCommit(path, { context, environment }) {
    const directory = (0,external_node_path_.resolve)(context.workspace ?? '.', path);
    const tracked = await readHead(directory, environment);
    if (tracked === undefined || !holdsSnapshot(tracked))
        return undefined;
    const label = `${directory} at HEAD (${tracked.commit.slice(0, 12)})`;
    return { state: 'found', kind: 'commit', reference: tracked.commit, files: filesOf(label, tracked) };
}
async function loadBase(settings, options) {
    const { source, outputDirectory, pullRequest } = settings;
    const { context } = options;
    const path = pathInRepository(source === 'aws' ? outputDirectory : source.path, context.workspace ?? '.');
    try {
        const client = await options.client();
        const commit = await baseCommit(pullRequest, context, client);
        const tracked = await directoryAt(path, commit, client);
        if (!holdsSnapshot(tracked))
            return { state: 'empty', kind: 'base', reference: commit };
        const label = `${path || '.'} at the base commit ${commit.slice(0, 12)}`;
        return { state: 'found', kind: 'base', reference: commit, files: filesOf(label, tracked) };
    }
    catch (thrown) {
        throw (0,github_client/* explain */.WE)(thrown, 'The baseline of the base commit could not be read', 'contents: read');
    }
}
/** The path of the snapshot from the root of the repository, which is the workspace. */
function pathInRepository(path, workspace) {
    if (path === undefined) {
        throw new errors/* UserError */.yo('parameters', 'baseline: base needs to know where the snapshot is in the repository. Set output-directory to its path, such as ./identity-store.');
    }
    const inside = (0,src_files/* pathInside */._l)(workspace, (0,external_node_path_.resolve)(workspace, path));
    if (inside === undefined) {
        throw new errors/* UserError */.yo('parameters', `baseline: base needs a snapshot inside the repository, but ${(0,external_node_path_.join)(path)} is outside the workspace.`);
    }
    return inside.split(external_node_path_.sep).join('/');
}
/**
 * The commit that the pull request would be merged onto. On a merge ref the first parent of GITHUB_SHA says it exactly;
 * a merge group names it; everywhere else it is the merge base of base and head.
 */
async function baseCommit(input, context, client) {
    const own = input === undefined || input === context.pullRequest?.number ? context.pullRequest : undefined;
    if (own?.isMergeRef) {
        const [first] = (await client.commit(context.sha)).parents;
        if (first !== undefined)
            return first.sha;
    }
    if (input === undefined && context.mergeGroupBaseSha !== undefined)
        return context.mergeGroupBaseSha;
    const number = input ?? own?.number;
    if (number === undefined) {
        throw new errors/* UserError */.yo('parameters', `baseline: base needs a pull request, but the event ${context.eventName || '(none)'} has none. ` +
            `Set the input pull-request to its number, or choose another baseline.`);
    }
    if (own?.baseSha !== undefined && own.headSha !== undefined)
        return mergeBase(own.baseSha, own.headSha, client);
    const { base, head } = await client.pullRequest(number).catch((thrown) => {
        const what = `Pull request ${number}, whose base is the baseline, could not be read`;
        throw (0,github_client/* explain */.WE)(thrown, what, 'pull-requests: read');
    });
    return mergeBase(base.sha, head.sha, client);
}
async function mergeBase(base, head, client) {
    return (await client.compare(base, head)).merge_base_commit.sha;
}
/**
 * What a directory of a commit holds. It walks the trees rather than the contents API: GitHub answers 404 both for "not
 * there" and for "you may not look", and a tree that was read tells the two apart.
 */
async function directoryAt(path, commit, client) {
    const { blob } = client;
    let entries = await readTree((await client.commit(commit)).tree.sha, client);
    for (const part of path.split('/').filter((name) => name !== '')) {
        const entry = entryAt(part, entries);
        if (entry === undefined)
            return { commit, entries: [], blob };
        if (entry.mode !== '040000') {
            throw new errors/* UserError */.yo('precondition', `${path} is not a directory at the base commit ${commit.slice(0, 12)}: ${part} is a file, a link or a submodule there.`);
        }
        entries = await readTree(entry.sha, client);
    }
    return { commit, entries, blob };
}
async function readTree(sha, client) {
    const { truncated, tree } = await client.tree(sha);
    if (truncated) {
        throw new errors/* UserError */.yo('precondition', 'The baseline of the base commit could not be read: a directory on its path has more entries than GitHub lists. Move the snapshot to a smaller one.');
    }
    return tree;
}
function entryAt(name, entries) {
    return entries.find(({ path }) => path === name);
}
function holdsSnapshot({ entries }) {
    return model/* SNAPSHOT_FILES */.FI.some((name) => entryAt(name, entries) !== undefined);
}
function filesOf(label, { entries, blob }) {
    return {
        label,
        open(name) {
            const entry = entryAt(name, entries);
            if (entry === undefined || entry.mode.startsWith('100'))
                return Promise.resolve(entry && read(name, entry.sha));
            return Promise.reject(new errors/* UserError */.yo('precondition', `${name} in ${label} is not a regular file.`));
        },
    };
    /** Asks only when somebody reads: a body that is asked for and left would keep its connection. */
    async function* read(name, sha) {
        try {
            yield* await blob(sha);
        }
        catch (thrown) {
            const what = `${name} in ${label} could not be read (GitHub serves files up to 100 MB)`;
            throw (0,github_client/* explain */.WE)(thrown, what, 'contents: read');
        }
    }
}


/***/ }),

/***/ 96584:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   WE: () => (/* binding */ explain),
/* harmony export */   a5: () => (/* binding */ isRateLimit),
/* harmony export */   c2: () => (/* binding */ statusOf),
/* harmony export */   createClient: () => (/* binding */ createClient)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(83916);

const RETRIES = 2;
/** What GitHub asks for where its answer names no time. With the retries it makes two minutes. */
const LONGEST_WAIT_SECONDS = 60;
const DOWNLOAD_FACTOR = 5;
/**
 * A client for one repository. Octokit is loaded here, not at start. Proxy variables are honoured by `@actions/github`;
 * server errors are tried again, twice, and so is what a limit of GitHub refused, where it ends within a minute.
 *
 * @throws UserError where there is no token
 */
async function createClient({ apiUrl, owner, repository, token, second = 1000, deadline = 60_000, }) {
    if (token === '')
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('parameters', 'github-token is empty, but the baseline or the comment needs it. Leave the input at its default, or set baseline to none and comment to never.');
    const [{ getOctokit }, { retry }, { throttling }] = await Promise.all([
        __webpack_require__.e(/* import() */ 351).then(__webpack_require__.bind(__webpack_require__, 61351)),
        Promise.all(/* import() */[__webpack_require__.e(251), __webpack_require__.e(735)]).then(__webpack_require__.bind(__webpack_require__, 49735)),
        Promise.all(/* import() */[__webpack_require__.e(251), __webpack_require__.e(856)]).then(__webpack_require__.bind(__webpack_require__, 86856)),
    ]);
    const isWorthWaiting = (seconds, _options, _octokit, retries) => seconds <= LONGEST_WAIT_SECONDS && retries < RETRIES;
    const { rest, paginate, request, graphql } = getOctokit(token, {
        baseUrl: apiUrl,
        log: SILENT,
        retry: {
            retries: RETRIES,
            retryAfterBaseValue: second,
            doNotRetry: [400, 401, 403, 404, 410, 422, 429, 451],
        },
        throttle: {
            // Nothing of these groups but `key` is called.
            write: AT_ONCE,
            notifications: AT_ONCE,
            retryAfterBaseValue: second,
            fallbackSecondaryRateRetryAfter: LONGEST_WAIT_SECONDS,
            onRateLimit: isWorthWaiting,
            onSecondaryRateLimit: isWorthWaiting,
        },
    }, 
    // The innermost first: each attempt has a deadline of its own.
    ({ hook }) => {
        hook.before('request', (options) => {
            const isDownload = options.request.parseSuccessResponseBody === false;
            const signal = AbortSignal.timeout(isDownload ? deadline * DOWNLOAD_FACTOR : deadline);
            options.request = { ...options.request, signal };
        });
    }, retry, throttling);
    const repo = { owner, repo: repository };
    const download = async (route, parameters) => {
        const raw = { parseSuccessResponseBody: false };
        const answer = await request(route, { ...repo, ...parameters, request: raw });
        return bytesOf(answer.data);
    };
    return {
        commit: async (commit_sha) => (await rest.git.getCommit({ ...repo, commit_sha })).data,
        /** Entries of one tree, not recursive. */
        tree: async (tree_sha) => (await rest.git.getTree({ ...repo, tree_sha })).data,
        /** The bytes of a blob as they come (up to 100 MB, GitHub's limit). */
        blob: (file_sha) => download('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', {
            file_sha,
            headers: { accept: 'application/vnd.github.raw+json' },
        }),
        /** How a commit stands to another one, by ids: `ahead`, `behind`, `diverged` or `identical`; and their merge base. */
        async compare(base, head) {
            const basehead = `${base}...${head}`;
            return (await rest.repos.compareCommitsWithBasehead({ ...repo, basehead, per_page: 1 })).data;
        },
        /** The commit of a branch, which no tag of the same name can stand in for. */
        async branchHead(branch) {
            return (await rest.git.getRef({ ...repo, ref: `heads/${branch}` })).data.object.sha;
        },
        pullRequest: async (pull_number) => (await rest.pulls.get({ ...repo, pull_number })).data,
        defaultBranch: async () => (await rest.repos.get(repo)).data.default_branch,
        /** The artifacts of that name, page by page; GitHub gives the newest first. */
        async *artifacts(name) {
            const pages = paginate.iterator(rest.actions.listArtifactsForRepo, { ...repo, name, per_page: 100 });
            for await (const { data } of pages)
                yield data;
        },
        /** Its path is that of the workflow file, without a ref. */
        async workflowRun(run_id) {
            const { data } = await rest.actions.getWorkflowRun({ ...repo, run_id });
            return { event: data.event, path: withoutRef(data.path, data.head_branch), headSha: data.head_sha };
        },
        artifactZip: (artifact_id) => download('GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/zip', { artifact_id }),
        /** The login that the token writes as. */
        async viewer() {
            return (await graphql('query { viewer { login } }')).viewer.login;
        },
        async *comments(issue_number) {
            const pages = paginate.iterator(rest.issues.listComments, { ...repo, issue_number, per_page: 100 });
            for await (const { data } of pages)
                yield* data;
        },
        async createComment(issue_number, body) {
            // Not tried again by the plugin: a lost answer would leave two comments.
            const request = { retries: 0 };
            const { data } = await rest.issues.createComment({ ...repo, issue_number, body, request });
            return { url: data.html_url };
        },
        async updateComment(comment_id, body) {
            return { url: (await rest.issues.updateComment({ ...repo, comment_id, body })).data.html_url };
        },
    };
}
/** A file's name can hold an @ too, but no slash, and only what GitHub names as the ref of this very run is one. */
function withoutRef(path, branch) {
    const [file = ''] = path.split('@refs/');
    const ref = `@${branch ?? ''}`;
    return file.endsWith(ref) ? file.slice(0, -ref.length) : file;
}
/** The HTTP status of a failed call; 500 also where no answer came; undefined for anything else that was thrown. */
function statusOf(thrown) {
    return thrown instanceof Error && 'status' in thrown && typeof thrown.status === 'number'
        ? thrown.status
        : undefined;
}
/**
 * The error of a call that had to succeed. `what` begins the sentence ("The baseline artifact could not be read"),
 * `permission` is the token's permission that the call needs ("actions: read").
 */
function explain(thrown, what, permission) {
    if (thrown instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo)
        return thrown;
    const status = statusOf(thrown);
    const fail = (kind, why) => new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo(kind, `${what}: ${why}`, { cause: thrown });
    if (isRateLimit(thrown))
        return fail('unavailable', "GitHub's rate limit was exceeded. Run the workflow again later.");
    if (status === undefined)
        return thrown;
    if (status === 401)
        return fail('credentials', 'GitHub rejected the token. Check github-token.');
    if (status === 403 || status === 404)
        return fail('permission', `GitHub answered ${status}. Add "${permission}" to the permissions of the job, or set github-token to a token that has it.`);
    if (status === 410)
        return fail('precondition', 'GitHub no longer has it (410).');
    const said = status >= 500 ? `GitHub did not respond properly (${status})` : `GitHub answered ${status}`;
    return fail('unavailable', `${said}. Run the workflow again; see githubstatus.com.`);
}
/** GitHub says so by a 429, or with another status (GraphQL: with none) by a sentence about the limit. */
function isRateLimit(thrown) {
    return statusOf(thrown) === 429 || (thrown instanceof Error && /rate limit/i.test(thrown.message));
}
const ignore = () => undefined;
/** What octokit logs is told by our own errors. */
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };
/** The plugin would space what is written, a second or three. A run writes one comment, and waits only where it is told to. */
const AT_ONCE = { key: () => ({ schedule: (_options, write) => write() }) };
/** With parseSuccessResponseBody false octokit hands the body over as it is, whatever the type says. */
async function* bytesOf(body) {
    if (body === null || body === undefined)
        return;
    try {
        yield* body;
    }
    catch (cause) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('unavailable', 'GitHub cut off a download. Run the workflow again.', {
            cause,
        });
    }
}


/***/ })

};
