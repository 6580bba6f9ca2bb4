export const id = 318;
export const ids = [318,584];
export const modules = {

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


/***/ }),

/***/ 47318:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   commentMarker: () => (/* binding */ commentMarker),
/* harmony export */   reconcileComment: () => (/* binding */ reconcileComment)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(83916);
/* harmony import */ var _client_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(96584);
/* harmony import */ var _context_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(19556);



/** The invisible line by which a comment of this account, store and kind of source is found again. */
function commentMarker(account, identityStoreId, source) {
    const key = [account, identityStoreId, source].map(encodeURIComponent).join(' ');
    return `<!-- aws-organization-sync ${key} -->`;
}
/**
 * Brings the one comment of this marker up to date: edited where its text differs, created where the input asks for it and
 * the token has none yet. Only comments that the token itself wrote are looked at. Never throws for what GitHub answers:
 * a comment that cannot be written is a warning, and the run goes on.
 */
async function reconcileComment(request, { comment, pullRequest }, context, client) {
    const number = pullRequest ?? context.pullRequest?.number;
    if (comment === 'never' || number === undefined)
        return {};
    if (!request.body.includes(request.marker))
        throw new Error('the body of a comment must hold its marker');
    const origin = (0,_context_js__WEBPACK_IMPORTED_MODULE_2__/* .readOnlyOrigin */ .JK)(context);
    if (origin !== undefined) {
        const warning = `No comment was written on pull request ${number}: it comes from ${origin}, and GitHub does not grant such runs "pull-requests: write". The job summary has the report.`;
        return { warning };
    }
    try {
        return await reconcile(request, comment, number, await client());
    }
    catch (thrown) {
        return { warning: failureSentence(number, thrown) };
    }
}
async function reconcile(request, comment, number, client) {
    const author = await authorOf(client);
    const existing = await findComment(request.marker, author, number, client);
    if (existing !== undefined)
        return update(existing, request, client);
    if (comment === 'on-change' && !request.hasChanges)
        return {};
    try {
        return await client.createComment(number, request.body);
    }
    catch (thrown) {
        if (((0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .statusOf */ .c2)(thrown) ?? 0) < 500)
            throw thrown;
        // The answer was lost, but the comment may have been written: look before writing once more.
        const written = await findComment(request.marker, author, number, client);
        return written === undefined
            ? client.createComment(number, request.body)
            : update(written, request, client);
    }
}
async function update(existing, { body, bodyWhenGone }, client) {
    const text = normalized(existing.body ?? '');
    const fits = [body, bodyWhenGone].some((one) => normalized(one) === text);
    return fits ? { url: existing.html_url } : client.updateComment(existing.id, bodyWhenGone);
}
/**
 * GitHub may hand a text back with other line ends, or without the space around it. That another run says the same is no
 * reason to edit.
 */
function normalized(text) {
    return text
        .replaceAll('\r\n', '\n')
        .replace(/\/actions\/runs\/\d+/g, '')
        .trim();
}
/** Where the token may not ask GraphQL who it is, it is the workflow's own. An outage must not guess: two comments came of it. */
async function authorOf(client) {
    try {
        return await client.viewer();
    }
    catch (thrown) {
        if ((0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .isRateLimit */ .a5)(thrown) || ((0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .statusOf */ .c2)(thrown) ?? 0) >= 500)
            throw thrown;
        return 'github-actions[bot]';
    }
}
/** The oldest of the token's own comments that holds the marker; all pages are read. */
async function findComment(marker, author, number, client) {
    for await (const comment of client.comments(number))
        if (comment.user?.login === author && comment.body?.includes(marker))
            return comment;
    return undefined;
}
/** @throws what GitHub did not answer */
function failureSentence(number, thrown) {
    const what = `The comment on pull request ${number} could not be written`;
    if (thrown instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo)
        return `${what}: ${thrown.message}`;
    const failure = (0,_client_js__WEBPACK_IMPORTED_MODULE_1__/* .explain */ .WE)(thrown, what, 'pull-requests: write');
    if (!(failure instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo))
        throw failure;
    const isLocked = /\block(ed)?\b/i.test((0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .messageOf */ .bD)(thrown));
    return `${isLocked ? `${what}: its conversation is locked.` : failure.message} The job summary has the report.`;
}


/***/ })

};
