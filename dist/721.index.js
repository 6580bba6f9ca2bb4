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
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(58500);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_timers_promises__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(83916);
/* harmony import */ var _context_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(19556);




/**
 * Uploads the files of a snapshot, or of its access review. With `auto` whatever goes wrong is a warning; with `true` a
 * UserError. The files on disk are not touched in either case, so that a failed upload never loses one. `deadline` is in
 * milliseconds.
 */
async function uploadFiles(request, context, deadline) {
    const { what, mode, name, retentionDays, directory } = request;
    const obstacle = obstacleTo(request, context);
    if (obstacle !== undefined)
        return refuse(obstacle, request, context);
    try {
        // Loaded only here, for it is large.
        const { DefaultArtifactClient } = await Promise.all(/* import() */[__webpack_require__.e(251), __webpack_require__.e(351), __webpack_require__.e(252)]).then(__webpack_require__.bind(__webpack_require__, 91252));
        const files = request.files.map((file) => (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(directory, file));
        const options = retentionDays === undefined ? {} : { retentionDays };
        const { id, digest } = await within(deadline, new DefaultArtifactClient().uploadArtifact(name, files, directory, options));
        if (id === undefined)
            throw new Error('the service gave no id');
        const url = `${(0,_context_js__WEBPACK_IMPORTED_MODULE_3__/* .runUrl */ .Vp)(context)}/artifacts/${String(id)}`;
        const artifact = { name, id, url, digest };
        if (what === 'snapshot' || context.visibility === 'private')
            return { artifact };
        return {
            artifact,
            warning: `The access review is an artifact of a repository that is ${visibilityOf(context)}: whoever may read the repository can download names, e-mail addresses and who can reach what.`,
        };
    }
    catch (thrown) {
        const failure = failureOf(request, thrown);
        if (mode === 'true')
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
function describeNext(mode, context) {
    const lasting = {
        mode: 'upload-artifact is false',
        visibility: `Nothing is uploaded because the repository is ${visibilityOf(context)}`,
        server: NO_ARTIFACTS,
        source: undefined,
        event: undefined,
    };
    const obstacle = obstacleTo({ what: 'snapshot', mode, source: 'aws' }, context);
    const reason = obstacle && lasting[obstacle];
    if (reason !== undefined)
        return `${reason}, so every run will show this warning. To have a baseline, commit the snapshot: set output-directory to a path in the repository, and auto uses the snapshot that git tracks there.`;
    const isBaseline = BASELINE_EVENTS.includes(context.eventName) && context.ref === `refs/heads/${context.defaultBranch ?? ''}`;
    return isBaseline
        ? 'This is the first run: its artifact will be the baseline of the next one.'
        : `The first run on the default branch (${BASELINE_EVENTS.join(', ')}) will upload one.`;
}
/** The runs whose artifacts can be baselines: of these events, on the default branch. */
const BASELINE_EVENTS = ['schedule', 'push', 'workflow_dispatch'];
const NO_ARTIFACTS = 'GitHub Enterprise Server does not support these artifacts';
/** What keeps the files of a run from being uploaded; undefined: they are. */
function obstacleTo({ what, mode, source }, context) {
    if (mode === 'false')
        return 'mode';
    if (source === 'directory' && (what === 'snapshot' || mode === 'auto'))
        return 'source';
    if (mode === 'auto' && context.visibility !== 'private')
        return 'visibility';
    if (mode === 'auto' && (0,_context_js__WEBPACK_IMPORTED_MODULE_3__/* .isPullRequestEvent */ .T5)(context))
        return 'event';
    return context.isEnterpriseServer ? 'server' : undefined;
}
/** @throws UserError where it was asked to upload, and never can */
function refuse(obstacle, { what, mode }, context) {
    switch (obstacle) {
        case 'mode':
            return {};
        case 'source':
            if (mode === 'auto')
                return {};
            return {
                warning: 'upload-artifact is true, but with a directory as source nothing is uploaded. Remove the input.',
            };
        case 'visibility':
            return {
                note: `The ${what} is not uploaded: the repository is ${visibilityOf(context)}, and others could download it. Set upload-artifact to true to upload it anyway.`,
            };
        case 'event':
            return { note: `The ${what} is not uploaded on pull request events.` };
        case 'server': {
            const sentence = `The ${what} was not uploaded: ${NO_ARTIFACTS}. The outputs have the paths of the files.`;
            if (mode === 'auto')
                return { warning: sentence };
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yo('precondition', `${sentence} Set upload-artifact to false.`);
        }
    }
}
function visibilityOf({ visibility }) {
    return visibility ?? 'of unknown visibility';
}
/** The uploader has no deadline of its own that is shorter than a quarter of an hour. */
async function within(milliseconds, work) {
    const late = (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_1__.setTimeout)(milliseconds, undefined, { ref: false });
    return Promise.race([work, late.then(() => Promise.reject(new Error('no answer')))]);
}
/** `@actions/artifact` throws plain errors whose text holds the status. Its text is not shown: it can quote a signed URL. */
function failureOf({ what, name }, cause) {
    const [, kind, why] = FAILURES.find(([pattern]) => pattern.test((0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .messageOf */ .bD)(cause))) ?? OUTAGE;
    const remedy = what === 'snapshot'
        ? 'Give each use of the action in a run its own artifact-name.'
        : 'One use of the action in a run can upload the review of an account.';
    const reason = why === TAKEN ? `${TAKEN} ${remedy}` : why;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .UserError */ .yo(kind, `The artifact ${name} could not be uploaded: ${reason}`, { cause });
}
const TAKEN = 'this workflow run already has one with that name.';
const FAILURES = [
    [/\(409\)|already exists/, 'precondition', TAKEN],
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
const OUTAGE = [
    /^/,
    'unavailable',
    'the artifact service did not accept it. Run the workflow again; see githubstatus.com.',
];


/***/ })

};
