export const id = 43;
export const ids = [43];
export const modules = {

/***/ 57043:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   accessFile: () => (/* binding */ accessFile),
/* harmony export */   k: () => (/* binding */ compareAssignments),
/* harmony export */   readAccess: () => (/* binding */ readAccess),
/* harmony export */   x: () => (/* binding */ inlinePolicyOf)
/* harmony export */ });
/* harmony import */ var _model_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(14769);
/* harmony import */ var _canonical_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(59586);


/** Objects and lists in an inline policy, one in another, that are kept as such: IAM's own grammar has 6. */
const MOST_LEVELS = 100;
/**
 * What a file may need in memory, estimated before its records are kept: 3,500 permission sets, the quota, with policies of
 * 16 KB, and 500,000 assignments need less. Two snapshots are in memory when they are compared.
 */
const MAX_NEED_BYTES = 128 * 1024 * 1024;
const ASSIGNMENT_BYTES = 72;
const POLICY_VALUE_BYTES = 64;
/**
 * The text of access.json: canonical JSON, a record a line, and a final newline.
 * @param access in the order that its type names
 */
function* accessFile(access) {
    yield _model_js__WEBPACK_IMPORTED_MODULE_0__/* .ACCESS_HEAD */ .mT;
    for (const { key, render } of SECTIONS) {
        let separator = `"${key}":[\n`;
        for (const line of render(access)) {
            yield separator + line;
            separator = ',\n';
        }
        yield access[key].length === 0 ? `"${key}":[]` : '\n]';
        yield key === LAST ? '\n}\n' : ',\n';
    }
}
const HEAD = _model_js__WEBPACK_IMPORTED_MODULE_0__/* .ACCESS_HEAD */ .mT.trimEnd().split('\n');
const LAST = 'assignments';
const SECTIONS = [
    { key: 'accounts', render: ({ accounts }) => (0,_canonical_js__WEBPACK_IMPORTED_MODULE_1__/* .mapped */ .CV)(accounts, renderAccount) },
    { key: 'permissionSets', render: ({ permissionSets }) => (0,_canonical_js__WEBPACK_IMPORTED_MODULE_1__/* .mapped */ .CV)(permissionSets, renderSet) },
    { key: LAST, render: ({ assignments }) => (0,_canonical_js__WEBPACK_IMPORTED_MODULE_1__/* .mapped */ .CV)(assignments, renderAssignment) },
];
/**
 * What access.json holds of the text of an inline policy: its object, or the text where that is no JSON object or one of
 * more than 100 levels; null where it is empty.
 */
function inlinePolicyOf(text) {
    if (text === '')
        return null;
    let value;
    try {
        value = JSON.parse(text);
    }
    catch {
        return text;
    }
    return (0,_canonical_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(value) && measure(value, MOST_LEVELS) !== undefined ? value : text;
}
function renderAccount({ id, name }) {
    return JSON.stringify({ id, name });
}
function renderSet({ arn, name, description, sessionDuration, managedPolicies, customerManagedPolicies, inlinePolicy, permissionsBoundary, }) {
    const first = { arn, name, description, sessionDuration, managedPolicies, customerManagedPolicies };
    return (`${JSON.stringify(first).slice(0, -1)},"inlinePolicy":${(0,_canonical_js__WEBPACK_IMPORTED_MODULE_1__/* .sortedJson */ .Is)(inlinePolicy)}` +
        `,"permissionsBoundary":${JSON.stringify(permissionsBoundary)}}`);
}
function renderAssignment({ principalType, principalId, account, permissionSet }) {
    return JSON.stringify({ principalType, principalId, account, permissionSet });
}
/**
 * Reads what accessFile writes, and nothing else. Memory is that of the records: their ids are shared strings.
 * @param most how many of each the manifest counts
 * @param refuse throws; gets where it is, such as "permission set 3", and what is wrong with it, never a value
 */
function readAccess(principals, most, refuse) {
    const access = { accounts: [], permissionSets: [], assignments: [] };
    const accounts = new Map();
    const sets = new Map();
    const groups = cursorOf(principals.groups);
    const users = cursorOf(principals.users);
    let need = 0;
    let lines = 0;
    /** The sections that are not yet at their end; in the first, whether its list is open and a record must follow. */
    const left = [...SECTIONS.map(({ key }) => key)];
    let inside = 'before';
    const records = {
        accounts(value, check) {
            const account = {
                id: check.text(value['id'], 'id', ACCOUNT),
                name: value['name'] === null ? null : check.text(value['name'], 'name', NOT_EMPTY),
            };
            check.after(access.accounts.at(-1)?.id, account.id, 'id');
            accounts.set(account.id, { id: account.id, assigned: false });
            access.accounts.push(account);
            return renderAccount(account);
        },
        permissionSets(value, check) {
            const inlinePolicy = policy(value['inlinePolicy'], check);
            const boundary = value['permissionsBoundary'];
            const set = {
                arn: check.text(value['arn'], 'arn', SET_ARN),
                name: check.text(value['name'], 'name', NOT_EMPTY),
                description: check.text(value['description'], 'description', ANY),
                sessionDuration: check.text(value['sessionDuration'], 'sessionDuration', DURATION),
                managedPolicies: check.texts(value['managedPolicies'], 'managedPolicies', POLICY_ARN),
                customerManagedPolicies: check.texts(value['customerManagedPolicies'], 'customerManagedPolicies', POLICY_PATH),
                inlinePolicy,
                permissionsBoundary: boundary === null ? null : check.text(boundary, 'permissionsBoundary', POLICY_ARN_OR_PATH),
            };
            check.after(access.permissionSets.at(-1)?.arn, set.arn, 'arn');
            sets.set(set.arn, { id: set.arn, assigned: false });
            access.permissionSets.push(set);
            return renderSet(set);
        },
        assignments(value, check) {
            const type = value['principalType'];
            if (type !== 'GROUP' && type !== 'USER')
                return check.refuse('its principalType is neither GROUP nor USER');
            const principalId = check.text(value['principalId'], 'principalId', NOT_EMPTY);
            const account = accounts.get(check.text(value['account'], 'account', ANY));
            const set = sets.get(check.text(value['permissionSet'], 'permissionSet', ANY));
            if (account === undefined)
                return check.refuse('its account is not among the accounts');
            if (set === undefined)
                return check.refuse('its permissionSet is not among the permission sets');
            const previous = access.assignments.at(-1);
            const assignment = {
                principalType: type,
                principalId,
                account: account.id,
                permissionSet: set.id,
            };
            if (previous !== undefined && compareAssignments(previous, assignment) >= 0)
                return check.refuse('it is out of order or a duplicate');
            const known = (type === 'GROUP' ? groups : users).find(principalId);
            if (known === undefined)
                return check.refuse(`its principalId is not a ${type.toLowerCase()} of the snapshot`);
            account.assigned = true;
            set.assigned = true;
            access.assignments.push({ ...assignment, principalId: known });
            return renderAssignment(assignment);
        },
    };
    function policy(value, check) {
        if (value === null)
            return null;
        if (typeof value === 'string') {
            // Else a policy could pass for a text that nobody looks into.
            return inlinePolicyOf(value) === value
                ? value
                : check.refuse('its inlinePolicy is text that should be an object or null');
        }
        if (!(0,_canonical_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(value))
            return check.refuse('its inlinePolicy is neither null, text nor an object');
        const size = measure(value, MOST_LEVELS);
        if (size === undefined)
            return check.refuse(`its inlinePolicy has more than ${MOST_LEVELS} levels`);
        need += size * POLICY_VALUE_BYTES;
        return value;
    }
    function where() {
        const [section] = left;
        if (lines === 0)
            return 'before its first record';
        if (section === undefined)
            return 'after its last record';
        const number = access[section].length;
        return `${NAMES[section]} ${inside === 'record' ? number + 1 : Math.max(number, 1)}`;
    }
    function record(text, section) {
        const place = where();
        const refuseHere = (what) => refuse(place, what);
        const check = checksOf(refuseHere);
        if (access[section].length === most[section])
            check.refuse(`manifest.json counts only ${most[section]}`);
        const hasNext = text.endsWith(',');
        const line = hasNext ? text.slice(0, -1) : text;
        if (records[section]((0,_canonical_js__WEBPACK_IMPORTED_MODULE_1__/* .parseObject */ .lj)(line, refuseHere), check) !== line)
            check.refuse(_canonical_js__WEBPACK_IMPORTED_MODULE_1__/* .NOT_CANONICAL */ .nG);
        // The ids of an assignment are shared; any other text takes two bytes a character where one is beyond Latin-1.
        need += section === LAST ? ASSIGNMENT_BYTES : line.length * 2;
        if (need > MAX_NEED_BYTES)
            check.refuse(`the file needs more than ${MAX_NEED_BYTES / 1024 / 1024} MiB of memory`);
        inside = hasNext ? 'record' : 'end';
    }
    function line(text) {
        const [section] = left;
        const number = lines;
        lines += 1;
        if (number < HEAD.length) {
            if (text !== HEAD[number])
                layout('before its first record');
        }
        else if (section === undefined) {
            const expected = ['}', ''][number - closed];
            if (text !== expected)
                layout(where());
        }
        else if (inside === 'record')
            record(text, section);
        else {
            const end = section === LAST ? '' : ',';
            const key = `"${section}":[`;
            const isEmpty = inside === 'before' && text === `${key}]${end}`;
            if (inside === 'before' && text === key)
                inside = 'record';
            else if (isEmpty || (inside === 'end' && text === `]${end}`)) {
                left.shift();
                inside = 'before';
                if (left.length === 0)
                    closed = lines;
            }
            else
                layout(where());
        }
    }
    let closed = Infinity;
    function layout(place) {
        return refuse(place, 'the file does not have the layout of an access.json');
    }
    return {
        line,
        where,
        end() {
            if (lines !== closed + 2)
                refuse(where(), 'the file ends early');
            for (const [section, named] of [
                ['accounts', accounts],
                ['permissionSets', sets],
            ]) {
                let number = 0;
                for (const { assigned } of named.values()) {
                    number += 1;
                    if (!assigned)
                        refuse(`${NAMES[section]} ${number}`, 'no assignment refers to it');
                }
            }
            return access;
        },
    };
}
const NAMES = { accounts: 'account', permissionSets: 'permission set', assignments: 'assignment' };
/** By principalType, principalId, account, permissionSet, each by UTF-16 code units. */
function compareAssignments(a, b) {
    return ((0,_canonical_js__WEBPACK_IMPORTED_MODULE_1__/* .compareText */ .n6)(a.principalType, b.principalType) ||
        (0,_canonical_js__WEBPACK_IMPORTED_MODULE_1__/* .compareText */ .n6)(a.principalId, b.principalId) ||
        (0,_canonical_js__WEBPACK_IMPORTED_MODULE_1__/* .compareText */ .n6)(a.account, b.account) ||
        (0,_canonical_js__WEBPACK_IMPORTED_MODULE_1__/* .compareText */ .n6)(a.permissionSet, b.permissionSet));
}
/** Finds ids that are asked for in ascending order, or again. */
function cursorOf(records) {
    let at = 0;
    return {
        find(id) {
            for (;;) {
                const found = records[at]?.externalId;
                if (found === undefined || found > id)
                    return undefined;
                if (found === id)
                    return found;
                at += 1;
            }
        },
    };
}
const ACCOUNT = { is: /^\d{12}$/, meaning: 'a 12-digit account ID' };
const SET_ARN = { is: /^arn:[\w:/.-]{1,1220}$/, meaning: 'an ARN' };
const POLICY_ARN = { is: /^arn:[!-~]{1,2044}$/, meaning: 'an ARN' };
/** A path and a name, as IAM has them. */
const POLICY_PATH = { is: /^\/[!-~]{1,640}$/, meaning: 'a path and a name' };
const POLICY_ARN_OR_PATH = {
    is: /^(?:arn:|\/)[!-~]{1,2044}$/,
    meaning: 'an ARN, or a path and a name',
};
const DURATION = { is: /^-?P[\dYMWDTHS.]{1,98}$/, meaning: 'an ISO 8601 duration' };
const NOT_EMPTY = { is: /[^]/, meaning: 'text that is not empty' };
const ANY = { is: /^/, meaning: 'text' };
function checksOf(refuse) {
    const check = {
        refuse,
        text: (value, key, { is, meaning }) => typeof value === 'string' && is.test(value) ? value : refuse(`its ${key} is not ${meaning}`),
        texts(value, key, pattern) {
            if (!Array.isArray(value))
                return refuse(`its ${key} is not a list`);
            const texts = value.map((entry) => check.text(entry, `${key} entry`, pattern));
            for (const [i, entry] of texts.entries())
                check.after(texts[i - 1], entry, `${key} entry`);
            return texts;
        },
        after(previous, value, key) {
            if (previous !== undefined && !(previous < value))
                refuse(`its ${key} is out of order or a duplicate`);
        },
    };
    return check;
}
/** How many values it holds, itself among them; undefined where they nest deeper than so many levels. */
function measure(value, levels) {
    if (typeof value !== 'object' || value === null)
        return 1;
    if (levels === 0)
        return undefined;
    let sum = 1;
    for (const part of Object.values(value)) {
        const size = measure(part, levels - 1);
        if (size === undefined)
            return undefined;
        sum += size;
    }
    return sum;
}


/***/ })

};
