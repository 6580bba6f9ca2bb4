export const id = 721;
export const ids = [721];
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


/***/ })

};
