export const id = 9;
export const ids = [9];
export const modules = {

/***/ 6351:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ parseManifest),
/* harmony export */   s: () => (/* binding */ renderManifest)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(83916);
/* harmony import */ var _model_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(14769);
/* harmony import */ var _tags_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(31071);



/** manifest.json: two-space JSON, the keys in the order of docs/snapshot-format.md, a final newline. */
function renderManifest(manifest) {
    const { users, groups, memberships, accounts, permissionSets, assignments } = manifest.counts;
    const { 'access.json': access } = manifest.files;
    const hasAccess = manifest.access !== undefined;
    const ordered = {
        format: manifest.format,
        account: manifest.account,
        ownerAccount: manifest.ownerAccount,
        identityStoreId: manifest.identityStoreId,
        instanceArn: manifest.instanceArn,
        region: manifest.region,
        mapping: manifest.mapping,
        tags: manifest.tags,
        machineUsers: manifest.machineUsers,
        disabledUsers: manifest.disabledUsers,
        ...(hasAccess ? { access: manifest.access } : {}),
        counts: { users, groups, memberships, ...(hasAccess ? { accounts, permissionSets, assignments } : {}) },
        files: {
            'users.json': digest(manifest.files['users.json']),
            'groups.json': digest(manifest.files['groups.json']),
            ...(access === undefined ? {} : { 'access.json': digest(access) }),
        },
    };
    return JSON.stringify(ordered, null, 2) + '\n';
}
/**
 * Reads a manifest that may be hostile: every key is checked, unknown keys are dropped.
 * @param label names the file in errors, which never show a value of it
 * @throws UserError('precondition')
 */
function parseManifest(json, label) {
    const top = sectionOf(parseJson(json, label), label, '');
    // Another format first: its other keys may mean something else.
    if (top.value('format') !== _model_js__WEBPACK_IMPORTED_MODULE_2__/* .MANIFEST_FORMAT */ .Sn) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('precondition', `${label} is not a manifest that this version can read: "format" must be "${_model_js__WEBPACK_IMPORTED_MODULE_2__/* .MANIFEST_FORMAT */ .Sn}". ` +
            'Write the snapshot again with this version, or use the version that wrote it.');
    }
    const counts = top.section('counts');
    const files = top.section('files');
    const hasAccess = top.value('access') !== undefined;
    return {
        format: _model_js__WEBPACK_IMPORTED_MODULE_2__/* .MANIFEST_FORMAT */ .Sn,
        account: top.text('account', ACCOUNT),
        ownerAccount: top.textOrNull('ownerAccount', ACCOUNT),
        identityStoreId: top.text('identityStoreId', IDENTITY_STORE_ID),
        instanceArn: top.textOrNull('instanceArn', INSTANCE_ARN),
        region: top.text('region', REGION),
        mapping: top.oneOf('mapping', ['full', 'reference']),
        tags: tagNames(top),
        machineUsers: top.textOrNull('machineUsers', ANY_TEXT),
        disabledUsers: top.oneOf('disabledUsers', ['include', 'exclude']),
        ...(hasAccess ? { access: top.oneOf('access', ['accounts']) } : {}),
        counts: {
            users: counts.count('users'),
            groups: counts.count('groups'),
            memberships: counts.count('memberships'),
            ...(hasAccess
                ? {
                    accounts: counts.count('accounts'),
                    permissionSets: counts.count('permissionSets'),
                    assignments: counts.count('assignments'),
                }
                : {}),
        },
        files: {
            'users.json': parseDigest(files.section('users.json')),
            'groups.json': parseDigest(files.section('groups.json')),
            ...(hasAccess ? { 'access.json': parseDigest(files.section('access.json')) } : {}),
        },
    };
}
const ACCOUNT = { pattern: /^\d{12}$/, meaning: 'a 12-digit account ID' };
const IDENTITY_STORE_ID = { pattern: /^[0-9a-zA-Z-]{1,64}$/, meaning: 'an identity store ID' };
const INSTANCE_ARN = { pattern: /^arn:[\w:/.-]{1,1220}$/, meaning: 'an ARN' };
const REGION = { pattern: /^[a-z0-9-]{1,64}$/, meaning: 'a region' };
const SHA256 = { pattern: /^[0-9a-f]{64}$/, meaning: '64 lowercase hexadecimal digits' };
const ANY_TEXT = { pattern: /^/, meaning: 'text' };
function digest({ sha256, bytes }) {
    return { sha256, bytes };
}
function parseDigest(section) {
    return { sha256: section.text('sha256', SHA256), bytes: section.count('bytes') };
}
function tagNames(top) {
    const value = top.value('tags');
    const meaning = 'a list of tag names, in their fixed order and without duplicates';
    if (!Array.isArray(value))
        return top.refuse('tags', meaning);
    const names = _tags_js__WEBPACK_IMPORTED_MODULE_1__/* .TAG_NAMES */ .qY.filter((name) => value.includes(name));
    const same = names.length === value.length && names.every((name, index) => name === value[index]);
    return same ? names : top.refuse('tags', meaning);
}
function parseJson(json, label) {
    try {
        return JSON.parse(json);
    }
    catch {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('precondition', `${label} is not JSON. ${RESTORE}`);
    }
}
const RESTORE = 'Restore the file, or write the snapshot again.';
/** @param path the keys that lead to the object, joined by dots; empty for the manifest itself */
function sectionOf(object, label, path) {
    if (typeof object !== 'object' || object === null || Array.isArray(object)) {
        const what = path === '' ? 'the manifest' : `"${path}"`;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('precondition', `${label}: ${what} must be an object. ${RESTORE}`);
    }
    const nameOf = (key) => (path === '' ? key : `${path}.${key}`);
    const section = {
        // Own keys only, so that neither `__proto__` nor `constructor` stands for a value.
        value: (key) => Object.getOwnPropertyDescriptor(object, key)?.value,
        section: (key) => sectionOf(section.value(key), label, nameOf(key)),
        text(key, format) {
            const value = section.value(key);
            return typeof value === 'string' && format.pattern.test(value)
                ? value
                : section.refuse(key, format.meaning);
        },
        textOrNull(key, format) {
            if (section.value(key) === null)
                return null;
            return section.text(key, { ...format, meaning: `${format.meaning} or null` });
        },
        oneOf(key, values) {
            const found = values.find((value) => value === section.value(key));
            return found ?? section.refuse(key, values.map((value) => `"${value}"`).join(' or '));
        },
        count(key) {
            const value = section.value(key);
            const isCount = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
            return isCount ? value : section.refuse(key, 'a whole number, 0 or more');
        },
        refuse(key, meaning) {
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .yo('precondition', `${label}: "${nameOf(key)}" must be ${meaning}. ${RESTORE}`);
        },
    };
    return section;
}


/***/ }),

/***/ 34904:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Qe: () => (/* binding */ FRAME),
/* harmony export */   SB: () => (/* binding */ renderUser),
/* harmony export */   hA: () => (/* binding */ userRenderer),
/* harmony export */   mp: () => (/* binding */ importFile),
/* harmony export */   sx: () => (/* binding */ renderGroup)
/* harmony export */ });
/**
 * The line of a user in a Raito import file: what Go's json.Marshal writes (raito-io/cli, base/identity_store), every
 * key present, in the order of the model. Lone surrogates, which Go cannot hold, become U+FFFD.
 *
 * @param groupExternalIds sorted, without duplicates; null for a user in no group
 */
function renderUser(user, groupExternalIds) {
    return userLine(user, renderList(groupExternalIds, quote));
}
/** The same for the users of a snapshot, by their numbers. */
function userRenderer({ groupIds, groupsOf }) {
    const quoted = groupIds.map(quote);
    return (user, number) => {
        const groups = groupsOf(number);
        return userLine(user, renderList(groups.length === 0 ? null : groups, (group) => quoted[group] ?? ''));
    };
}
function userLine(user, groupExternalIds) {
    return (`{"externalId":${quote(user.externalId)},"name":${quote(user.name)},"userName":${quote(user.userName)}` +
        `,"email":${quote(user.email)},"groupExternalIds":${groupExternalIds}` +
        `,"tags":${renderList(user.tags, renderTag)},"isMachine":${user.isMachine}}`);
}
/** The line of a group in a Raito import file; see renderUser. */
function renderGroup(group) {
    return (`{"externalId":${quote(group.externalId)},"name":${quote(group.name)}` +
        `,"displayName":${quote(group.displayName)},"description":${quote(group.description)}` +
        `,"parentGroupExternalIds":${renderList(group.parentGroupExternalIds, quote)}` +
        `,"tags":${renderList(group.tags, renderTag)}}`);
}
/** What stands around the records of an import file: `[`, then a blank line before each record, and no final newline. */
const FRAME = { start: '[', between: ',', before: '\n\n', end: '\n]' };
/** A whole import file, framed as raito-io/cli, base/identity_store/exporter.go does it: `[\n]` when empty. */
function* importFile(records, render) {
    yield FRAME.start;
    let separator = '';
    let number = 0;
    for (const record of records) {
        yield separator + FRAME.before + render(record, number++);
        separator = FRAME.between;
    }
    yield FRAME.end;
}
/** Printable ASCII that neither JSON nor Go's HTML-safe escaping touches: nearly every id, so worth a short way. */
const PLAIN = /^[ !#-%'-;=?-[\]-~]*$/;
/** JSON.stringify differs from Go only in lone surrogates, in the characters of HTML, and in the two line separators. */
function quote(text) {
    if (PLAIN.test(text))
        return `"${text}"`;
    return JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029]/g, (character) => '\\u' + character.charCodeAt(0).toString(16).padStart(4, '0'));
}
function renderTag(tag) {
    return `{"key":${quote(tag.key)},"value":${quote(tag.value)},"source":${quote(tag.source)}}`;
}
function renderList(list, render) {
    if (list === null)
        return 'null';
    let text = '';
    for (const item of list)
        text += text === '' ? render(item) : ',' + render(item);
    return `[${text}]`;
}


/***/ }),

/***/ 9009:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  gZ: () => (/* binding */ MAX_FILE_BYTES),
  directoryFiles: () => (/* binding */ directoryFiles),
  readBaseline: () => (/* binding */ readBaseline),
  readSnapshot: () => (/* binding */ readSnapshot),
  verifySnapshotBelongs: () => (/* binding */ verifySnapshotBelongs)
});

// UNUSED EXPORTS: MAX_ACCESS_LINE_BYTES, MAX_LINE_BYTES, MAX_RECORD_BYTES, bytesFiles

// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
// EXTERNAL MODULE: ./src/files.ts + 1 modules
var files = __webpack_require__(18793);
// EXTERNAL MODULE: ./src/snapshot/canonical.ts
var canonical = __webpack_require__(59586);
// EXTERNAL MODULE: ./src/snapshot/manifest.ts
var manifest = __webpack_require__(6351);
// EXTERNAL MODULE: ./src/snapshot/memberships.ts + 1 modules
var snapshot_memberships = __webpack_require__(76598);
// EXTERNAL MODULE: ./src/snapshot/model.ts
var model = __webpack_require__(14769);
;// CONCATENATED MODULE: ./src/snapshot/need.ts

/**
 * A snapshot may need so much memory when it is read. 200,000 users and 100,000 groups, the quotas of Identity Center, with
 * two million memberships and 500 bytes of text in each record need 240 MiB.
 */
const MAX_NEED_BYTES = 320 * 1024 * 1024;
/** @param label names the snapshot in the UserError ('precondition') that is thrown as soon as it needs too much */
function createNeed(label) {
    let need = 0;
    function refuseAbove(bytes) {
        if (bytes <= MAX_NEED_BYTES)
            return;
        throw new errors/* UserError */.yo('precondition', `${label} holds more than an identity store can: so many records, memberships or so much text need more than ` +
            `${MAX_NEED_BYTES / 1024 / 1024} MiB of memory. Restore the snapshot, or write it again.`);
    }
    return {
        verifyCounts({ users, groups, memberships }) {
            refuseAbove((users + groups) * (SHORTEST_LINE + ENTRY_BYTES) + memberships * MEMBERSHIP_BYTES);
        },
        addRecord(line, groupExternalIds) {
            let text = line.length;
            for (const id of groupExternalIds)
                text -= id.length + '"",'.length;
            // V8 keeps two bytes for each character of a text with one beyond Latin-1.
            const width = Buffer.byteLength(line) === line.length ? 1 : 2;
            need += ENTRY_BYTES + Math.max(0, text) * width + groupExternalIds.length * MEMBERSHIP_BYTES;
            refuseAbove(need);
        },
        addGroupId(id) {
            need += ENTRY_BYTES + id.length * 2;
            refuseAbove(need);
        },
    };
}
/** The keys of a record, without a value. What they take in the line, its object takes in memory. */
const SHORTEST_LINE = 100;
/** What a record costs besides: its id, and its places in lists and tables while it is read. */
const ENTRY_BYTES = 128;
/** One place in the list of a user, and half of the time that it takes to read one. */
const MEMBERSHIP_BYTES = 16;

// EXTERNAL MODULE: ./src/snapshot/raito-json.ts
var raito_json = __webpack_require__(34904);
;// CONCATENATED MODULE: ./src/snapshot/rules.ts

/**
 * Refuses a user that mapIdentityStore would not give with these options. Whoever edits a snapshot by hand could else import
 * what no reading of AWS gives.
 */
function verifyMappedUser(user, options, refuse) {
    if ((user.isMachine === null) !== (options.machineUsers === null))
        refuse('its isMachine does not match machineUsers in manifest.json');
    let place = 0;
    let previous;
    for (const tag of user.tags ?? []) {
        if (tag.source !== model/* TAG_SOURCE */.Ph)
            refuse('one of its tags has another source');
        if (tag.value === '')
            refuse('one of its tags is empty');
        // Of all attributes only ExternalId has several values.
        if (tag.key !== previous?.key || tag.key !== 'ExternalId')
            place = 1 + options.tags.findIndex((name, index) => index >= place && name === tag.key);
        if (place === 0)
            refuse('its tags are not those in manifest.json, in that order');
        previous = tag;
    }
}
/** Refuses a group that mapIdentityStore would not give: Identity Center nests no groups and tags none. */
function verifyMappedGroup(group, refuse) {
    if (group.displayName !== group.name)
        refuse('its displayName differs from its name');
    if (group.parentGroupExternalIds !== null)
        refuse('its parentGroupExternalIds are not null');
    if (group.tags !== null)
        refuse('its tags are not null');
}

// EXTERNAL MODULE: ./src/snapshot/tags.ts
var tags = __webpack_require__(31071);
;// CONCATENATED MODULE: ./src/snapshot/read.ts















/** A file of at most so many bytes is read; a directory of 100,000 users and a million memberships needs 72 MB. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;
/**
 * A record may have so many bytes besides its groupExternalIds: the widest user that Identity Center allows, with every
 * character escaped and every tag, needs less.
 */
const MAX_RECORD_BYTES = 256 * 1024;
/** A record may have so many bytes in all: a user in 120,000 groups; Identity Center holds at most 100,000. */
const MAX_LINE_BYTES = 6 * 1024 * 1024;
/** A line of access.json may have so many bytes: the widest permission set that AWS allows, escaped, fits. */
const MAX_ACCESS_LINE_BYTES = 256 * 1024;
const MAX_MANIFEST_BYTES = 1024 * 1024;
/**
 * The files of a directory. Refuses a directory or file that is a symbolic link, and whatever else is no regular file;
 * and the two files without a manifest beside what is left of a write that was killed (see writeSnapshot).
 */
function directoryFiles(path) {
    const directory = (0,external_node_path_.resolve)(path);
    return {
        label: path,
        async open(name) {
            if (!(await isDirectory(directory, path)))
                return undefined;
            const file = (0,external_node_path_.join)(directory, name);
            const found = await lstatOrUndefined(file);
            if (found === undefined) {
                if (name === 'manifest.json')
                    await refuseInterruptedWrite(directory, path);
                return undefined;
            }
            if (!found.isFile())
                throw refused(`${name} of ${path} is not a regular file`);
            if (found.size > MAX_FILE_BYTES)
                throw tooLarge(`${name} of ${path}`);
            return readRegularFile(file, `${name} of ${path}`);
        },
    };
}
/** Files that are in memory already, as from a commit or an artifact. */
function bytesFiles(label, files) {
    return {
        label,
        open(name) {
            const bytes = files.get(name);
            return Promise.resolve(bytes === undefined ? undefined : Readable.from([bytes]));
        },
    };
}
/**
 * Reads a snapshot that may be hostile and verifies it: with a manifest, by its digests, sizes and counts, and by the
 * order of records and of group ids, which writeSnapshot keeps. Without one (where `manifest` is 'optional'), the files
 * are those of the reference connector: in the order of the API, and sorted here. Every line must be exactly what
 * renderUser or renderGroup writes for it: that refuses unknown, repeated and missing keys. With a manifest, every record
 * must be one that the mapping gives (see rules.ts). What it may need in memory is bounded (see need.ts).
 *
 * @returns undefined only where none of the three files is there
 * @throws UserError('precondition') that names the file and the record by its number from 1, never a value of it
 */
async function readSnapshot(files, options) {
    const { label } = files;
    const dropsRecords = options.dropsRecords !== undefined;
    const like = options.like ?? options.dropsRecords ?? snapshot_memberships/* NOBODY */.oQ;
    const manifest = await readManifest(files);
    if (manifest === undefined && options.manifest === 'required') {
        const others = await Promise.all([files.open('groups.json'), files.open('users.json')]);
        if (others.every((bytes) => bytes === undefined))
            return undefined;
        throw refused(`manifest.json of ${label} is missing`);
    }
    const need = createNeed(label);
    if (manifest !== undefined)
        need.verifyCounts(manifest.counts);
    const groupBytes = await files.open('groups.json');
    if (groupBytes === undefined && manifest === undefined) {
        if ((await files.open('users.json')) === undefined)
            return undefined;
    }
    if (groupBytes === undefined)
        throw refused(`groups.json of ${label} is missing`);
    const groups = [];
    const members = (0,snapshot_memberships/* collectMembers */.W6)(dropsRecords ? undefined : manifest?.counts);
    const groupCount = await readRecords(groupBytes, 'groups.json', label, manifest, {
        like: like.groups,
        lineOf: raito_json/* renderGroup */.sx,
        groupIdsOf: () => NONE,
        parse: parseGroup,
        maxLineBytes: MAX_RECORD_BYTES,
        need,
        accept({ record }, refuse) {
            if (manifest !== undefined)
                verifyMappedGroup(record, refuse);
            members.numberOf(record.externalId);
            if (!dropsRecords)
                groups.push(record);
        },
    });
    if (manifest === undefined)
        groups.sort((a, b) => (0,canonical/* compareText */.n6)(a.externalId, b.externalId));
    const userBytes = await files.open('users.json');
    if (userBytes === undefined)
        throw refused(`users.json of ${label} is missing`);
    const twinNumbers = like.memberships.groupIds.map((id) => members.find(id));
    let memberships = 0;
    const userCount = await readRecords(userBytes, 'users.json', label, manifest, {
        like: like.users,
        lineOf: (0,raito_json/* userRenderer */.hA)(like.memberships),
        groupIdsOf: (user) => (0,snapshot_memberships/* idsOf */.UX)(like.memberships, like.memberships.groupsOf(user)),
        parse: parseUser,
        maxLineBytes: MAX_LINE_BYTES,
        need,
        accept({ record, groupIds, twin }, refuse) {
            if (manifest !== undefined)
                verifyMappedUser(record, manifest, refuse);
            const numbers = manifest === undefined
                ? numbersOfAny(groupIds, members, need)
                : twin === undefined
                    ? numbersOf(groupIds, members, refuse)
                    : numbersOfTwin(like.memberships.groupsOf(twin), twinNumbers, refuse);
            memberships += numbers.length;
            if (!dropsRecords)
                members.add(record, numbers);
        },
    });
    if (manifest !== undefined) {
        const counts = { users: userCount, groups: groupCount, memberships };
        for (const key of ['users', 'groups', 'memberships']) {
            if (counts[key] !== manifest.counts[key]) {
                throw refused(`manifest.json of ${label} counts ${manifest.counts[key]} ${key}, but its files contain ${counts[key]}`);
            }
        }
    }
    const identities = { groups, ...members.end() };
    const access = await readAccessFile(files, manifest, options.dropsRecords ?? identities);
    return { manifest, ...identities, ...(access === undefined ? {} : { access }) };
}
async function readAccessFile(files, manifest, identities) {
    const expected = manifest?.files['access.json'];
    if (manifest === undefined || expected === undefined)
        return undefined;
    const label = `access.json of ${files.label}`;
    const bytes = await files.open('access.json');
    if (bytes === undefined)
        throw refused(`${label} is missing`);
    const { readAccess } = await __webpack_require__.e(/* import() */ 43).then(__webpack_require__.bind(__webpack_require__, 57043));
    const { accounts = 0, permissionSets = 0, assignments = 0 } = manifest.counts;
    const most = { accounts, permissionSets, assignments };
    const reader = readAccess(identities, most, (where, what) => {
        throw refused(`${label}, ${where}: ${what}`);
    });
    const lines = lineReader({
        maxBytes: MAX_ACCESS_LINE_BYTES,
        tooLong: () => refused(`${label}, ${reader.where()}: it is longer than ${MAX_ACCESS_LINE_BYTES / 1024} KiB`),
        onLine(line, isLast) {
            refuseOtherLineEnd(line, label);
            if (line.toString('latin1').startsWith(BYTE_ORDER_MARK))
                throw withByteOrderMark(label);
            if (isLast && line.byteLength > 0 && line.toString('latin1') === '}') {
                throw new errors/* UserError */.yo('precondition', `${label} lacks the final newline that it was written with: ${KEEP_BYTES}`);
            }
            reader.line(decode(line, `${label}, ${reader.where()}`));
        },
    });
    await readVerified(bytes, label, lines, expected);
    const access = reader.end();
    for (const key of ['accounts', 'permissionSets', 'assignments']) {
        if (access[key].length === most[key])
            continue;
        throw refused(`manifest.json of ${files.label} counts ${most[key]} ${key}, but access.json contains ${access[key].length}`);
    }
    return access;
}
/**
 * Reads a snapshot to compare another one with: one without a manifest, as the reference connector writes it, will do.
 *
 * @param like the other one, for which see readSnapshot
 * @param advice what to do where the snapshot is of another identity store
 * @returns undefined only where none of the three files is there
 * @throws UserError('precondition') also for a snapshot of another identity store
 */
async function readBaseline(files, identityStoreId, like, advice) {
    const snapshot = await readSnapshot(files, { manifest: 'optional', like });
    const store = snapshot?.manifest?.identityStoreId ?? identityStoreId;
    if (store === identityStoreId)
        return snapshot;
    throw new errors/* UserError */.yo('precondition', `The baseline (${files.label}) is of identity store ${store}, but the source is of ${identityStoreId}. ${advice}`);
}
/**
 * Refuses a snapshot as a source that is not of the account, or that names no user: Raito deletes whatever a file no
 * longer names.
 * @param accountId the setting `aws-account-id`: the account that the snapshot was asked for, or the instance's owner
 * @throws UserError('precondition')
 */
function verifySnapshotBelongs(snapshot, accountId) {
    const { manifest, users } = snapshot;
    if (manifest === undefined)
        throw refused('A snapshot without manifest.json cannot be a source');
    const { account, ownerAccount } = manifest;
    if (account !== accountId && ownerAccount !== accountId) {
        const owner = ownerAccount === null || ownerAccount === account ? '' : ` (instance owned by ${ownerAccount})`;
        throw new errors/* UserError */.yo('precondition', `The snapshot is of account ${account}${owner}, not ${accountId}. Correct aws-account-id, or choose another source.`);
    }
    if (users.length === 0) {
        throw new errors/* UserError */.yo('precondition', 'The snapshot contains no users, so Raito would delete every identity. Write the snapshot again.');
    }
}
const RESTORE = 'Restore the snapshot, or write it again.';
const KEEP_BYTES = 'git or a formatter changed the file. Restore it, then keep both from changing it again: add ' +
    '`identity-store/** -text` (with the directory of the snapshot) to .gitattributes, and the directory to the ' +
    "formatter's ignore file, such as .prettierignore.";
function refused(what) {
    return new errors/* UserError */.yo('precondition', `${what}. ${RESTORE}`);
}
function tooLarge(file) {
    return refused(`${file} is larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB`);
}
async function readManifest(files) {
    const bytes = await files.open('manifest.json');
    if (bytes === undefined)
        return undefined;
    const label = `manifest.json of ${files.label}`;
    const pieces = [];
    let size = 0;
    for await (const piece of bytes) {
        size += piece.byteLength;
        if (size > MAX_MANIFEST_BYTES)
            throw refused(`${label} is larger than ${MAX_MANIFEST_BYTES / 1024 / 1024} MiB`);
        pieces.push(Buffer.from(piece));
    }
    return (0,manifest/* parseManifest */.N)(decode(Buffer.concat(pieces), label), label);
}
/** Returns how many there are. */
async function readRecords(bytes, name, snapshotLabel, manifest, format) {
    const label = `${name} of ${snapshotLabel}`;
    const most = manifest?.counts[name === 'users.json' ? 'users' : 'groups'] ?? Infinity;
    let count = 0;
    let previousId;
    const seen = new Set();
    const findTwin = twinFinder(format);
    const lines = frameReader(label, format.maxLineBytes, (line, number) => {
        const refuse = (what) => {
            throw refused(`${label}, record ${number}: ${what}`);
        };
        if (number > most)
            refuse(`manifest.json counts only ${most} records`);
        // Without a manifest nothing is in order.
        const twin = manifest === undefined ? undefined : findTwin(line);
        const entry = twin ?? format.parse(line, refuse);
        const { externalId } = entry.record;
        if (line.length > MAX_RECORD_BYTES / 3) {
            const rest = Buffer.byteLength(line) - byteLength(entry.groupIds);
            if (rest > MAX_RECORD_BYTES)
                refuse(`it is longer than ${MAX_RECORD_BYTES / 1024} KiB`);
        }
        format.need.addRecord(line, entry.groupIds);
        if (manifest === undefined) {
            if (seen.has(externalId))
                refuse('an earlier record has the same externalId');
            seen.add(externalId);
        }
        else if (previousId !== undefined && !(previousId < externalId)) {
            refuse('its externalId is out of order or a duplicate');
        }
        previousId = externalId;
        count = number;
        format.accept(entry, refuse);
    });
    await readVerified(bytes, label, lines, manifest?.files[name]);
    return count;
}
/** Hands a file on, and verifies that it is the one that the manifest describes, where there is one. */
async function readVerified(bytes, label, lines, expected) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    let size = 0;
    for await (const piece of bytes) {
        size += piece.byteLength;
        if (size > MAX_FILE_BYTES)
            throw tooLarge(label);
        hash.update(piece);
        lines.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
    }
    lines.end();
    if (expected === undefined)
        return;
    if (size !== expected.bytes || hash.digest('hex') !== expected.sha256) {
        throw refused(`${label} is not the file that its manifest.json describes (size or SHA-256 differs)`);
    }
}
/** Finds the record that is written as a line is; the lines that are asked for are in order. */
function twinFinder(format) {
    const { like } = format;
    let next = 0;
    return (line) => {
        const id = plainId(line);
        let record = like[next];
        while (record !== undefined && record.externalId < id)
            record = like[++next];
        if (record?.externalId !== id || format.lineOf(record, next) !== line)
            return undefined;
        return { record, groupIds: format.groupIdsOf(next), twin: next };
    };
}
/** The id at the beginning of a line, where it needs no escape; else text that no id is. */
function plainId(line) {
    const start = '{"externalId":"'.length;
    const id = line.slice(start, line.indexOf('"', start));
    return id.includes('\\') ? '' : id;
}
const NONE = [];
/**
 * Cuts an import file into the lines of its records (see importFile) without ever holding more than a line.
 * What a line may stand for follows from FRAME: `[`, then an empty line and a record with a comma for all but the last, `]`.
 */
function frameReader(label, maxLineBytes, onRecord) {
    let expected = 'start';
    let number = 0;
    function onLine(bytes, isLast) {
        refuseOtherLineEnd(bytes, label);
        if (expected === 'record') {
            number += 1;
            const line = decode(bytes, `${label}, record ${number}`);
            const hasNext = line.endsWith(raito_json/* FRAME */.Qe.between);
            onRecord(hasNext ? line.slice(0, -raito_json/* FRAME */.Qe.between.length) : line, number);
            expected = hasNext ? 'blank' : 'end';
            return;
        }
        const line = bytes.toString('latin1');
        if (expected === 'start' && line === raito_json/* FRAME */.Qe.start)
            expected = 'blank or end';
        else if (expected.startsWith('blank') && line === '')
            expected = 'record';
        else if (expected.endsWith('end') && line === ']')
            expected = 'nothing';
        else if (expected === 'nothing' && isLast && line === '') {
            throw new errors/* UserError */.yo('precondition', `${label} has a final newline that it was written without: ${KEEP_BYTES}`);
        }
        else if (expected === 'start' && line.startsWith(BYTE_ORDER_MARK)) {
            throw withByteOrderMark(label);
        }
        else {
            const where = number === 0 ? 'before its first record' : `after record ${number}`;
            throw refused(`${label} does not have the layout of an import file ${where}`);
        }
    }
    function tooLong() {
        const record = expected === 'record' ? number + 1 : Math.max(number, 1);
        return refused(`${label}, record ${record}: it is longer than ${maxLineBytes / 1024} KiB`);
    }
    const lines = lineReader({ maxBytes: maxLineBytes, tooLong, onLine });
    return {
        push: lines.push,
        end() {
            lines.end();
            if (expected !== 'nothing')
                throw refused(`${label} ends early, after record ${number}`);
        },
    };
}
function refuseOtherLineEnd(line, label) {
    // Go and JSON.stringify escape it, so it can only be a line end.
    if (line.at(-1) !== CARRIAGE_RETURN)
        return;
    throw new errors/* UserError */.yo('precondition', `${label} has different line endings than it was written with: ${KEEP_BYTES}`);
}
function withByteOrderMark(label) {
    return new errors/* UserError */.yo('precondition', `${label} begins with a byte order mark: ${KEEP_BYTES}`);
}
/** Cuts pieces into lines, without their line ends, and never holds more than one of them. */
function lineReader({ maxBytes, tooLong, onLine, }) {
    let partial = [];
    let partialBytes = 0;
    function hand(line, isLast) {
        if (line.byteLength > maxBytes)
            throw tooLong();
        onLine(line, isLast);
    }
    return {
        push: (piece) => {
            let start = 0;
            for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, start)) {
                const rest = piece.subarray(start, end);
                hand(partial.length === 0 ? rest : Buffer.concat([...partial, rest]), false);
                partial = [];
                partialBytes = 0;
                start = end + 1;
            }
            if (start === piece.byteLength)
                return;
            // A copy, since the source may use the memory of a piece again.
            partial.push(Buffer.from(piece.subarray(start)));
            partialBytes += piece.byteLength - start;
            if (partialBytes > maxBytes)
                throw tooLong();
        },
        end: () => {
            hand(Buffer.concat(partial), true);
        },
    };
}
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** As read byte by byte. */
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
function decode(bytes, label) {
    try {
        return utf8.decode(bytes);
    }
    catch {
        throw refused(`${label} is not UTF-8`);
    }
}
function parseUser(line, refuse) {
    const value = (0,canonical/* parseObject */.lj)(line, refuse);
    const userName = read_text(value.userName, 'userName', refuse);
    const name = read_text(value.name, 'name', refuse);
    const email = read_text(value.email, 'email', refuse);
    const id = externalId(value.externalId, refuse);
    const groupIds = texts(value.groupExternalIds, 'groupExternalIds', refuse);
    const record = {
        externalId: id,
        // Names and addresses are often the same: kept once.
        name: name === userName ? userName : name,
        userName,
        email: email === userName ? userName : email,
        tags: read_tags(value.tags, refuse),
        isMachine: booleanOrNull(value.isMachine, 'isMachine', refuse),
    };
    if ((0,raito_json/* renderUser */.SB)(record, groupIds) !== line)
        refuse(canonical/* NOT_CANONICAL */.nG);
    return { record, groupIds: groupIds ?? NONE };
}
function parseGroup(line, refuse) {
    const value = (0,canonical/* parseObject */.lj)(line, refuse);
    const name = read_text(value.name, 'name', refuse);
    const displayName = read_text(value.displayName, 'displayName', refuse);
    const record = {
        externalId: externalId(value.externalId, refuse),
        name,
        displayName: displayName === name ? name : displayName,
        description: read_text(value.description, 'description', refuse),
        parentGroupExternalIds: texts(value.parentGroupExternalIds, 'parentGroupExternalIds', refuse),
        tags: read_tags(value.tags, refuse),
    };
    if ((0,raito_json/* renderGroup */.sx)(record) !== line)
        refuse(canonical/* NOT_CANONICAL */.nG);
    return { record, groupIds: NONE };
}
function externalId(value, refuse) {
    return read_text(value, 'externalId', refuse) || refuse('its externalId is empty');
}
function read_text(value, key, refuse) {
    return typeof value === 'string' ? value : refuse(`its ${key} is not text`);
}
function booleanOrNull(value, key, refuse) {
    return value === null || typeof value === 'boolean'
        ? value
        : refuse(`its ${key} is neither null, true nor false`);
}
function list(value, key, refuse) {
    if (value === null)
        return null;
    return Array.isArray(value) && value.length > 0
        ? value
        : refuse(`its ${key} is neither null nor a non-empty list`);
}
function texts(value, key, refuse) {
    const entries = list(value, key, refuse);
    return entries === null || entries.every((entry) => typeof entry === 'string')
        ? entries
        : refuse(`its ${key} contains something that is not text`);
}
function read_tags(value, refuse) {
    const entries = list(value, 'tags', refuse);
    if (entries === null)
        return null;
    return entries.map((entry) => {
        if (!(0,canonical/* isObject */.Gv)(entry))
            return refuse('its tags contain something that is not an object');
        const tag = entry;
        const key = read_text(tag.key, 'tag key', refuse);
        const source = read_text(tag.source, 'tag source', refuse);
        return {
            key: tags/* TAG_NAMES */.qY.find((name) => name === key) ?? key,
            value: read_text(tag.value, 'tag value', refuse),
            source: source === model/* TAG_SOURCE */.Ph ? model/* TAG_SOURCE */.Ph : source,
        };
    });
}
/** The numbers of a user's groups, which must be ascending, and each of a group that is there. */
function numbersOf(ids, members, refuse) {
    let previous = '';
    return ids.map((id) => {
        const number = members.find(id) ?? refuse(UNKNOWN_GROUP);
        if (!(previous < id))
            refuse('its groupExternalIds are out of order or contain a duplicate');
        previous = id;
        return number;
    });
}
/** The same, without looking up an id for each. */
function numbersOfTwin(groups, numbers, refuse) {
    const own = [];
    for (const group of groups)
        own.push(numbers[group] ?? refuse(UNKNOWN_GROUP));
    return own;
}
/** The same, of whatever groups the reference connector names. */
function numbersOfAny(ids, members, need) {
    const numbers = ids.map((id) => {
        if (members.find(id) === undefined)
            need.addGroupId(id);
        return members.numberOf(id);
    });
    return [...new Set(numbers)];
}
const UNKNOWN_GROUP = 'its groupExternalIds contain a group that is not in groups.json';
function byteLength(ids) {
    return ids.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(ids));
}
async function isDirectory(directory, path) {
    const found = await lstatOrUndefined(directory);
    if (found === undefined)
        return false;
    if (found.isSymbolicLink())
        throw refused(`${path} is a symbolic link`);
    if (!found.isDirectory())
        throw refused(`${path} is not a directory`);
    return true;
}
async function lstatOrUndefined(path) {
    try {
        return await (0,promises_.lstat)(path);
    }
    catch (error) {
        const code = (0,files/* systemErrorCode */.vq)(error);
        if (code === 'ENOENT' || code === 'ENOTDIR')
            return undefined;
        throw new errors/* UserError */.yo('precondition', `${path} cannot be read (${code}). Grant access to it.`, {
            cause: error,
        });
    }
}
async function refuseInterruptedWrite(directory, path) {
    const entries = await (0,promises_.readdir)(directory);
    const interrupted = entries.some((entry) => (0,files/* isLeftover */.ij)(entry, 'manifest.json'));
    if (!interrupted || !model/* SNAPSHOT_FILES */.FI.some((name) => entries.includes(name)))
        return;
    throw new errors/* UserError */.yo('precondition', `The last run that wrote ${path} was killed partway through, so its files do not match. Write the snapshot again.`);
}
/** Opened when its first piece is asked for, so that a file that nobody reads leaves nothing open. */
async function* readRegularFile(file, label) {
    let handle;
    try {
        // Neither a link nor a pipe that took the file's place since it was looked at may lead away or block.
        handle = await (0,promises_.open)(file, external_node_fs_.constants.O_RDONLY | external_node_fs_.constants.O_NOFOLLOW | external_node_fs_.constants.O_NONBLOCK);
    }
    catch (error) {
        throw new errors/* UserError */.yo('precondition', `${label} cannot be read (${(0,files/* systemErrorCode */.vq)(error)}). Grant access to it.`, {
            cause: error,
        });
    }
    try {
        if (!(await handle.stat()).isFile())
            throw refused(`${label} is not a regular file`);
        const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
        for (;;) {
            const { bytesRead } = await handle.read(buffer, 0, READ_BYTES);
            if (bytesRead === 0)
                return;
            yield buffer.subarray(0, bytesRead);
        }
    }
    finally {
        await handle.close();
    }
}
const READ_BYTES = 256 * 1024;


/***/ })

};
