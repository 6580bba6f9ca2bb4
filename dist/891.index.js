export const id = 891;
export const ids = [891];
export const modules = {

/***/ 16891:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   createGit: () => (/* binding */ createGit)
/* harmony export */ });
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(31421);
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_child_process__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(57975);
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_3___default = /*#__PURE__*/__webpack_require__.n(node_util__WEBPACK_IMPORTED_MODULE_3__);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(83916);





const run = (0,node_util__WEBPACK_IMPORTED_MODULE_3__.promisify)(node_child_process__WEBPACK_IMPORTED_MODULE_0__.execFile);
/**
 * HEAD's files by the `git` of the machine, as child processes without a shell, in the given environment. Outside of a
 * repository, and in one without commits, nothing is tracked.
 */
function createGit(env) {
    return {
        async list(directory) {
            const root = repositoryOf(directory);
            if (root === undefined)
                return undefined;
            const commit = await headOf(root, env);
            if (commit === undefined)
                return undefined;
            const path = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.relative)(root, directory).split(node_path__WEBPACK_IMPORTED_MODULE_2__.sep).join('/');
            const paths = path === '' ? [] : ['--', `${path}/`];
            const { stdout } = await ask(root, ['ls-tree', '-z', commit, ...paths], env);
            const prefix = path === '' ? '' : `${path}/`;
            const entries = stdout
                .split('\0')
                .filter((line) => line !== '')
                .map((line) => entryOf(line, prefix));
            return entries.length === 0 ? undefined : { commit, entries };
        },
        blob(directory, sha) {
            return blobOf(repositoryOf(directory) ?? directory, sha, env);
        },
    };
}
/** The nearest directory upwards that holds `.git`; the directory itself may not exist in the working tree. */
function repositoryOf(directory) {
    for (let at = directory;; at = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(at)) {
        if ((0,node_fs__WEBPACK_IMPORTED_MODULE_1__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(at, '.git')))
            return at;
        if (at === (0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(at))
            return undefined;
    }
}
/** The commit of HEAD; undefined in a repository without commits. */
async function headOf(root, env) {
    try {
        const { stdout } = await ask(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', 'HEAD^{commit}'], env);
        return stdout.trim();
    }
    catch (thrown) {
        if (thrown instanceof _errors_js__WEBPACK_IMPORTED_MODULE_4__/* .UserError */ .yo)
            throw thrown;
        return undefined;
    }
}
async function ask(root, args, env) {
    try {
        return await run('git', ['-C', root, ...args], { env, maxBuffer: 64 * 1024 * 1024 });
    }
    catch (thrown) {
        // `rev-parse --quiet` says with exit code 1 and silence that there is no such commit: for headOf to judge.
        const failed = thrown;
        if (failed.code === 1 && failed.stderr === '')
            throw thrown;
        throw gitError(root, failed.code, typeof failed.stderr === 'string' ? failed.stderr : '', thrown);
    }
}
async function* blobOf(root, sha, env) {
    const child = (0,node_child_process__WEBPACK_IMPORTED_MODULE_0__.spawn)('git', ['-C', root, 'cat-file', 'blob', sha], {
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
    let isRead = false;
    try {
        yield* child.stdout;
        isRead = true;
    }
    finally {
        if (!isRead)
            child.kill();
    }
    const { code, cause } = await ended;
    if (code !== 0)
        throw gitError(root, code, said, cause);
}
function gitError(root, code, stderr, cause) {
    const what = 'The snapshot of HEAD, with which this run is to be compared, could not be read';
    if (code === 'ENOENT') {
        return new _errors_js__WEBPACK_IMPORTED_MODULE_4__/* .UserError */ .yo('precondition', `${what}: git is not installed. Install it, or set baseline to artifact, a path or none.`, { cause });
    }
    // In every language git's advice names the setting.
    if (stderr.includes('safe.directory')) {
        const advice = `Run "git config --global --add safe.directory ${root}" in an earlier step.`;
        return new _errors_js__WEBPACK_IMPORTED_MODULE_4__/* .UserError */ .yo('precondition', `${what}: git does not trust ${root}, which belongs to another user. ${advice}`, { cause });
    }
    const [line = ''] = stderr.trim().split('\n');
    const detail = line === '' ? (0,_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .messageOf */ .bD)(cause ?? `exit code ${String(code)}`) : line;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_4__/* .UserError */ .yo('precondition', `${what}: git failed in ${root} (${detail}).`, { cause });
}
/** `<mode> SP <type> SP <sha> TAB <path>`, as git-ls-tree documents it. */
function entryOf(line, prefix) {
    const tab = line.indexOf('\t');
    const [mode = '', , sha = ''] = line.slice(0, tab).split(' ');
    return { mode, sha, path: line.slice(tab + 1 + prefix.length) };
}


/***/ })

};
