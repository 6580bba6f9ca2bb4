export const id = 721;
export const ids = [721];
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


/***/ })

};
