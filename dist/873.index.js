export const id = 873;
export const ids = [873];
export const modules = {

/***/ 48873:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   installConnector: () => (/* binding */ installConnector)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(48161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_os__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_3__);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(83916);
/* harmony import */ var _files_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(18793);
/* harmony import */ var _version_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(311);







/**
 * The `connector-name` of each kind. No GitHub account can have two hyphens in a row, so that the CLI can never download
 * another connector in place of our own. The drop-in also answers to the released versions of the reference connector,
 * which an existing raito.yml may pin.
 */
const KINDS = {
    own: { name: 'local--connectors/aws-organization-sync', versions: [], argument: undefined },
    'drop-in': {
        name: 'raito-io/cli-plugin-aws-organization',
        versions: ['0.0.1', '0.0.2'],
        argument: _version_js__WEBPACK_IMPORTED_MODULE_6__/* .DROP_IN_ARGUMENT */ .o5,
    },
};
/**
 * Puts the connector where the Raito CLI looks for it, without asking the network and so that the CLI does not either:
 * `~/.raito/plugins/<group>/<name>-<version>` and `-latest` are small shell scripts that start the bundle, which is copied
 * to `~/.raito/aws-organization-sync/` (beside the plugins, since the CLI takes whatever matches `<name>-*` for a version).
 * Each file appears whole or not at all, so that a CLI that runs meanwhile is not disturbed.
 *
 * Gives `connector-name` and `connector-version` for raito.yml. Throws a UserError on Windows and where files cannot be written.
 */
async function installConnector(options) {
    const { kind, home, node, version, platform = (0,node_os__WEBPACK_IMPORTED_MODULE_2__.platform)() } = options;
    if (platform === 'win32') {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_4__/* .UserError */ .yo('precondition', 'The Raito connector cannot be installed on Windows, where there is no Raito CLI. ' +
            'Run this job on Linux or macOS, or set raito-connector to none.');
    }
    const { name, versions, argument } = KINDS[kind];
    const [group = '', base = ''] = name.split('/');
    const raito = (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(home, '.raito');
    try {
        const bundle = await copyBundle(options.bundleDirectory, (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(raito, 'aws-organization-sync'), version);
        const command = [node, (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(bundle, 'index.js'), ...(argument === undefined ? [] : [argument])];
        const script = `#!/bin/sh\n# Starts AWS Organization Sync ${version} for the Raito CLI.\nexec ${command.map(quote).join(' ')}\n`;
        const plugins = (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(raito, 'plugins', group);
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.mkdir)(plugins, { recursive: true, mode: 0o755 });
        for (const suffix of [version, 'latest', ...versions]) {
            await replaceFile((0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(plugins, `${base}-${suffix}`), script);
        }
    }
    catch (error) {
        const code = (0,_files_js__WEBPACK_IMPORTED_MODULE_5__/* .systemErrorCode */ .vq)(error);
        if (code === undefined)
            throw error;
        const { path = raito } = error;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_4__/* .UserError */ .yo('precondition', `The Raito connector could not be installed in ${raito}: ${code} at ${path}. ` +
            'Make the home directory of this job writable.', { cause: error });
    }
    return { name, version };
}
/** Copies the bundle to a directory named after its content, once; an installed one is never changed under a running CLI. */
async function copyBundle(source, parent, version) {
    const digest = await digestOf(source);
    const target = (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(parent, `${version}-${digest.slice(0, 12)}`);
    const isInstalled = async () => (await digestOf(target).catch(() => undefined)) === digest;
    if (await isInstalled())
        return target;
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.mkdir)(parent, { recursive: true, mode: 0o755 });
    const copy = (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(parent, `.${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)()}`);
    const damaged = (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(parent, `.${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)()}`);
    try {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.cp)(source, copy, { recursive: true });
        // Readable for all, whatever the umask: `raito` may run as another user of the machine.
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.chmod)(copy, 0o755);
        for (const entry of await entriesOf(copy))
            await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.chmod)(pathOf(entry), entry.isDirectory() ? 0o755 : 0o644);
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rename)(copy, target);
    }
    catch (error) {
        // Another job of this machine was faster; or what stands there under this name is damaged.
        if (await isInstalled())
            return target;
        if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes((0,_files_js__WEBPACK_IMPORTED_MODULE_5__/* .systemErrorCode */ .vq)(error) ?? ''))
            throw error;
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rename)(target, damaged);
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rename)(copy, target);
    }
    finally {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rm)(copy, { recursive: true, force: true });
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rm)(damaged, { recursive: true, force: true });
    }
    return target;
}
/** A digest of the names and contents of the files of a directory. */
async function digestOf(directory) {
    const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256');
    const files = (await entriesOf(directory)).filter((entry) => entry.isFile());
    for (const path of files.map(pathOf).sort()) {
        const content = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.readFile)(path);
        hash.update(`${(0,node_path__WEBPACK_IMPORTED_MODULE_3__.relative)(directory, path)}\0${content.length}\0`).update(content);
    }
    return hash.digest('hex');
}
function entriesOf(directory) {
    return (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.readdir)(directory, { recursive: true, withFileTypes: true });
}
function pathOf({ parentPath, name }) {
    return (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(parentPath, name);
}
/** A name with a dot in front is none that the CLI would take for a version of the connector. */
async function replaceFile(path, script) {
    const temporary = (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(path, '..', `.${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)()}`);
    try {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.writeFile)(temporary, script, { flag: 'wx' });
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.chmod)(temporary, 0o755);
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rename)(temporary, path);
    }
    catch (error) {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rm)(temporary, { force: true });
        throw error;
    }
}
/** One word of a POSIX shell. */
function quote(word) {
    return `'${word.replaceAll("'", `'\\''`)}'`;
}


/***/ })

};
