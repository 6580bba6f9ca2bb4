export const id = 123;
export const ids = [123,43];
export const modules = {

/***/ 14123:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   compareAccess: () => (/* binding */ compareAccess)
/* harmony export */ });
/* harmony import */ var _snapshot_access_file_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(57043);
/* harmony import */ var _snapshot_canonical_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(59586);
/* harmony import */ var _snapshot_memberships_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76598);
/* harmony import */ var _access_entries_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(9522);
/* harmony import */ var _compare_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(23782);
/* harmony import */ var _levels_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(27878);






/**
 * What differs in access between two snapshots, net: who enters one of two groups that give the same gains nothing.
 * Linear in the memberships, and beyond them only in what is affected: a person of whom neither a group, nor its
 * assignments, nor an own assignment differs is passed by, and those who are affected alike are worked out once.
 *
 * @param baseline where it has no access, the assignments of the other side are taken for both
 */
function compareAccess(baseline, current) {
    const assumed = baseline.access === undefined;
    const before = { ...baseline, access: baseline.access ?? current.access };
    const assignments = compareAssigned(before, current);
    const permissionSets = comparePermissionSets(before.access, current.access);
    const people = comparePeople(before, current);
    const counts = {
        assignments: { added: assignments.added.length, removed: assignments.removed.length },
        permissionSets: {
            added: permissionSets.added.length,
            removed: permissionSets.removed.length,
            changed: permissionSets.changed.length,
        },
        opened: 0,
        closed: 0,
        administratorsAdded: 0,
    };
    for (const { difference } of people) {
        counts.opened += difference.counts.opened;
        counts.closed += difference.counts.closed;
        if (difference.counts.administrator > 0)
            counts.administratorsAdded += 1;
    }
    return {
        assumed,
        counts,
        assignmentsBefore: baseline.access?.assignments.length ?? null,
        assignmentsNow: current.access.assignments.length,
        assignments,
        permissionSets,
        people,
    };
}
const NOTHING = new Set();
function comparePeople(before, now) {
    const numbers = new Map();
    const left = numbered(before.access, numbers);
    const right = numbered(now.access, numbers);
    const differing = groupsThatDiffer(left, right);
    const differenceFor = differences(left, right, numbers);
    const people = [];
    const differs = before.memberships.groupIds.map((id) => differing.has(id));
    const differingGroups = (0,_snapshot_memberships_js__WEBPACK_IMPORTED_MODULE_1__/* .membershipComparer */ .Ec)(before.memberships, now.memberships);
    for (const [old, current, was, is] of (0,_compare_js__WEBPACK_IMPORTED_MODULE_2__/* .join */ .fj)(before.users, now.users)) {
        const user = current ?? old;
        const groups = differingGroups(was, is);
        const gone = (0,_snapshot_memberships_js__WEBPACK_IMPORTED_MODULE_1__/* .idsOf */ .UX)(before.memberships, groups.removed);
        const causes = {
            entered: (0,_snapshot_memberships_js__WEBPACK_IMPORTED_MODULE_1__/* .idsOf */ .UX)(now.memberships, groups.added).filter((id) => right.groups.has(id)),
            left: gone.filter((id) => left.groups.has(id)),
            kept: [],
            was: old === undefined ? NOTHING : (left.users.get(user.externalId) ?? NOTHING),
            is: current === undefined ? NOTHING : (right.users.get(user.externalId) ?? NOTHING),
        };
        if (differing.size > 0 && was !== undefined && is !== undefined) {
            const stayed = before.memberships.groupsOf(was).filter((group) => differs[group]);
            const isGone = stayed.length === 0 ? undefined : new Set(gone);
            causes.kept = (0,_snapshot_memberships_js__WEBPACK_IMPORTED_MODULE_1__/* .idsOf */ .UX)(before.memberships, stayed).filter((id) => isGone?.has(id) !== true);
        }
        const isUntouched = causes.entered.length + causes.left.length + causes.kept.length === 0;
        if (isUntouched && sameNumbers(causes.was, causes.is))
            continue;
        const difference = differenceFor(causes, groupIdsOf(before, was), groupIdsOf(now, is));
        const { opened, closed, administrator } = difference.counts;
        if (opened + closed + administrator > 0)
            people.push({ user, difference });
    }
    return people;
}
function groupIdsOf({ memberships }, user) {
    return user === undefined ? [] : (0,_snapshot_memberships_js__WEBPACK_IMPORTED_MODULE_1__/* .idsOf */ .UX)(memberships, memberships.groupsOf(user));
}
function numbered({ accounts, permissionSets, assignments }, numbers) {
    const accountOf = new Map(accounts.map((account) => [account.id, account]));
    const setOf = new Map(permissionSets.map((set) => [set.arn, { set, level: (0,_levels_js__WEBPACK_IMPORTED_MODULE_3__/* .levelOf */ .I)(set) }]));
    const side = { groups: new Map(), users: new Map(), pairs: new Map() };
    const numberOf = (key) => {
        const number = numbers.get(key) ?? numbers.size;
        numbers.set(key, number);
        return number;
    };
    for (const { principalType, principalId, account: id, permissionSet: arn } of assignments) {
        const account = accountOf.get(id);
        const found = setOf.get(arn);
        // The reader and the mapping see to it that both are there.
        if (account === undefined || found === undefined)
            continue;
        const holders = principalType === 'GROUP' ? side.groups : side.users;
        const holdings = holders.get(principalId) ?? new Set();
        holders.set(principalId, holdings);
        const number = numberOf(`${id} ${arn}`);
        holdings.add(number);
        if (!side.pairs.has(number))
            side.pairs.set(number, { account, permissionSet: found.set, level: found.level });
        if (found.level === 'administrator')
            holdings.add(numberOf(id));
    }
    return side;
}
function groupsThatDiffer(left, right) {
    const differing = new Set();
    for (const [id, was] of left.groups)
        if (!sameNumbers(was, right.groups.get(id) ?? NOTHING))
            differing.add(id);
    for (const id of right.groups.keys())
        if (!left.groups.has(id))
            differing.add(id);
    return differing;
}
function sameNumbers(a, b) {
    if (a === b)
        return true;
    if (a.size !== b.size)
        return false;
    for (const number of a)
        if (!b.has(number))
            return false;
    return true;
}
/** Works out differences; two people with the same causes, and the same groups that matter to these, get the same object. */
function differences(left, right, numbers) {
    const giversOf = giversByNumber(left, right);
    const ordinals = new Map();
    const ordinalsOf = (ids) => ids
        .map((id) => {
        const ordinal = ordinals.get(id) ?? ordinals.size;
        ordinals.set(id, ordinal);
        return ordinal;
    })
        .join(',');
    const candidates = new Map();
    const known = new Map();
    const room = { opened: roomByLevel(), closed: roomByLevel(), administrator: roomByLevel() };
    return (causes, from, to) => {
        const { entered, left: gone, kept, was, is } = causes;
        const direct = was.size + is.size === 0 ? '' : `${[...was].join(',')}>${[...is].join(',')}`;
        const cause = `${ordinalsOf(entered)};${ordinalsOf(gone)};${ordinalsOf(kept)};${direct}`;
        const found = candidates.get(cause) ?? candidatesOf(causes);
        candidates.set(cause, found);
        const { concerned } = found;
        const ways = {
            before: from.filter((id) => concerned.has(id)),
            now: to.filter((id) => concerned.has(id)),
        };
        const key = `${cause}|${ordinalsOf(ways.before)}|${ordinalsOf(ways.now)}`;
        const difference = known.get(key) ?? differenceOf(found, causes, ways);
        known.set(key, difference);
        return difference;
    };
    function candidatesOf({ entered, left: gone, kept, was, is }) {
        const gained = new Set();
        const lost = new Set();
        for (const id of entered)
            addTo(gained, right.groups.get(id));
        for (const id of gone)
            addTo(lost, left.groups.get(id));
        for (const id of kept) {
            addTo(gained, right.groups.get(id), left.groups.get(id));
            addTo(lost, left.groups.get(id), right.groups.get(id));
        }
        addTo(gained, is, was);
        addTo(lost, was, is);
        const concerned = new Set();
        for (const number of [...gained, ...lost])
            for (const id of giversOf.get(number) ?? [])
                concerned.add(id);
        return {
            gained: [...gained].sort(byPair(right.pairs)),
            lost: [...lost].sort(byPair(left.pairs)),
            concerned,
        };
    }
    function differenceOf({ gained, lost }, { was, is }, ways) {
        const held = {
            before: (number) => holdingOf(number, left, ways.before, was),
            now: (number) => holdingOf(number, right, ways.now, is),
        };
        const difference = {
            opened: [],
            closed: [],
            administrator: [],
            counts: { opened: 0, closed: 0, administrator: 0, privileged: 0 },
        };
        const isNew = (number) => held.before(number) === undefined;
        const accounts = gained.filter((number) => !right.pairs.has(number) && isNew(number) && held.now(number));
        for (const number of gained)
            if (right.pairs.has(number) && isNew(number))
                note('opened', right.pairs.get(number), held.now(number));
        for (const number of lost)
            if (held.now(number) === undefined)
                note('closed', left.pairs.get(number), held.before(number));
        if (accounts.length > 0) {
            const added = new Set(accounts);
            const sets = new Set();
            for (const holdings of [is, ...ways.now.map((id) => right.groups.get(id) ?? NOTHING)]) {
                for (const number of holdings) {
                    const pair = right.pairs.get(number);
                    if (pair?.level === 'administrator' && added.has(numbers.get(pair.account.id)))
                        sets.add(number);
                }
            }
            for (const number of [...sets].sort(byPair(right.pairs)))
                note('administrator', right.pairs.get(number), held.now(number));
        }
        return difference;
        function note(list, pair, holding) {
            if (pair === undefined || holding === undefined)
                return;
            difference.counts[list] += 1;
            if (list === 'opened' && pair.level === 'privileged')
                difference.counts.privileged += 1;
            if (room[list][pair.level]-- > 0)
                difference[list].push({ ...pair, ...holding });
        }
    }
}
function giversByNumber(...sides) {
    const givers = new Map();
    for (const { groups } of sides) {
        for (const [id, holdings] of groups) {
            for (const number of holdings) {
                const ids = givers.get(number);
                if (ids === undefined)
                    givers.set(number, new Set([id]));
                else
                    ids.add(id);
            }
        }
    }
    return givers;
}
/** By which of these groups, or directly, a number is held; undefined where it is not. */
function holdingOf(number, { groups }, ids, direct) {
    const giving = ids.filter((id) => groups.get(id)?.has(number) === true);
    const isDirect = direct.has(number);
    return giving.length > 0 || isDirect ? { groups: giving, isDirect } : undefined;
}
function addTo(target, holdings, except = NOTHING) {
    for (const number of holdings ?? NOTHING)
        if (!except.has(number))
            target.add(number);
}
/** By account and permission set, after the numbers that stand for accounts. */
function byPair(pairs) {
    return (a, b) => {
        const [one, other] = [pairs.get(a), pairs.get(b)];
        if (one === undefined || other === undefined)
            return Number(one !== undefined) - Number(other !== undefined);
        return ((0,_snapshot_canonical_js__WEBPACK_IMPORTED_MODULE_4__/* .compareText */ .n6)(one.account.id, other.account.id) ||
            (0,_snapshot_canonical_js__WEBPACK_IMPORTED_MODULE_4__/* .compareText */ .n6)(one.permissionSet.arn, other.permissionSet.arn));
    };
}
function roomByLevel() {
    return {
        administrator: _access_entries_js__WEBPACK_IMPORTED_MODULE_5__/* .MOST_ENTRIES */ .V0,
        privileged: _access_entries_js__WEBPACK_IMPORTED_MODULE_5__/* .MOST_ENTRIES */ .V0,
        other: _access_entries_js__WEBPACK_IMPORTED_MODULE_5__/* .MOST_ENTRIES */ .V0,
        'read-only': _access_entries_js__WEBPACK_IMPORTED_MODULE_5__/* .MOST_ENTRIES */ .V0,
    };
}
function compareAssigned(before, now) {
    const added = [];
    const removed = [];
    for (const [was, is] of (0,_compare_js__WEBPACK_IMPORTED_MODULE_2__/* .merge */ .h1)(before.access.assignments, now.access.assignments, _snapshot_access_file_js__WEBPACK_IMPORTED_MODULE_0__/* .compareAssignments */ .k)) {
        if (was === undefined)
            added.push(is);
        else if (is === undefined)
            removed.push(was);
    }
    return { added: named(added, now), removed: named(removed, before) };
}
/** With the names of the side that has them; only those that are asked for are looked up. */
function named(assignments, { users, groups, access }) {
    const wanted = {
        GROUP: namesOf('GROUP', groups.values(), ({ name }) => name),
        USER: namesOf('USER', users.values(), ({ userName }) => userName),
    };
    const accounts = new Map(access.accounts.map(({ id, name }) => [id, name]));
    const sets = new Map(access.permissionSets.map(({ arn, name }) => [arn, name]));
    return assignments.map((assignment) => ({
        ...assignment,
        principalName: wanted[assignment.principalType].get(assignment.principalId) ?? assignment.principalId,
        accountName: accounts.get(assignment.account) ?? null,
        permissionSetName: sets.get(assignment.permissionSet) ?? assignment.permissionSet,
    }));
    function namesOf(type, records, nameOf) {
        const ids = new Set(assignments.flatMap((one) => (one.principalType === type ? [one.principalId] : [])));
        const names = new Map();
        if (ids.size === 0)
            return names;
        for (const record of records)
            if (ids.has(record.externalId))
                names.set(record.externalId, nameOf(record));
        return names;
    }
}
const FIELDS = [
    'name',
    'description',
    'sessionDuration',
    'managedPolicies',
    'customerManagedPolicies',
    'inlinePolicy',
    'permissionsBoundary',
];
function comparePermissionSets(before, now) {
    const changes = { added: [], removed: [], changed: [] };
    const byArn = (a, b) => (0,_snapshot_canonical_js__WEBPACK_IMPORTED_MODULE_4__/* .compareText */ .n6)(a.arn, b.arn);
    for (const [was, is] of (0,_compare_js__WEBPACK_IMPORTED_MODULE_2__/* .merge */ .h1)(before.permissionSets, now.permissionSets, byArn)) {
        if (was === undefined)
            changes.added.push(is);
        else if (is === undefined)
            changes.removed.push(was);
        else {
            const differing = FIELDS.filter((field) => (0,_snapshot_canonical_js__WEBPACK_IMPORTED_MODULE_4__/* .sortedJson */ .Is)(was[field]) !== (0,_snapshot_canonical_js__WEBPACK_IMPORTED_MODULE_4__/* .sortedJson */ .Is)(is[field]));
            if (differing.length === 0)
                continue;
            const fields = Object.fromEntries(differing.map((field) => [field, { from: was[field], to: is[field] }]));
            changes.changed.push({ permissionSet: is, fields });
        }
    }
    return changes;
}


/***/ }),

/***/ 27878:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ LEVELS),
/* harmony export */   I: () => (/* binding */ levelOf)
/* harmony export */ });
/** How much a permission set can do, from its own record alone; from the most to the least. */
const LEVELS = ['administrator', 'privileged', 'other', 'read-only'];
const ADMINISTRATOR_POLICIES = new Set(['AdministratorAccess']);
/** Who holds one of these can give more to anybody. */
const PRIVILEGED_POLICIES = new Set([
    'IAMFullAccess',
    'PowerUserAccess',
    'AWSOrganizationsFullAccess',
    'AWSSSOMasterAccountAdministrator',
    'AWSSSOMemberAccountAdministrator',
    'AWSSSODirectoryAdministrator',
]);
const READ_ONLY_POLICIES = new Set([
    'ReadOnlyAccess',
    'ViewOnlyAccess',
    'SecurityAudit',
    'AWSBillingReadOnlyAccess',
]);
/** In lower case: IAM compares actions without regard to case. */
const ADMINISTRATOR_ACTIONS = new Set(['*', '*:*']);
const PRIVILEGED_ACTIONS = new Set([
    'iam:*',
    'sso:*',
    'sso-directory:*',
    'identitystore:*',
    'organizations:*',
    'sts:*',
    'sts:assumerole',
]);
/**
 * The level of a permission set. Policies of the customer are not read: a set that has some is never read-only. A
 * boundary changes nothing, and neither does what a service control policy forbids: this is not effective permission.
 */
function levelOf({ managedPolicies, customerManagedPolicies, inlinePolicy }) {
    const managed = managedPolicies.map(nameOfManagedPolicy);
    const isManaged = (names) => managed.some((name) => name !== undefined && names.has(name));
    const actions = actionsOnEverything(inlinePolicy);
    const isAllowed = (names) => actions.some((action) => names.has(action));
    if (isManaged(ADMINISTRATOR_POLICIES) || isAllowed(ADMINISTRATOR_ACTIONS))
        return 'administrator';
    if (isManaged(PRIVILEGED_POLICIES) || isAllowed(PRIVILEGED_ACTIONS))
        return 'privileged';
    const isReadOnly = managed.length > 0 &&
        managed.every((name) => name !== undefined && READ_ONLY_POLICIES.has(name)) &&
        customerManagedPolicies.length === 0 &&
        inlinePolicy === null;
    return isReadOnly ? 'read-only' : 'other';
}
/** The last part of the arn of a policy that AWS manages, in every partition; undefined for any other. */
function nameOfManagedPolicy(arn) {
    return /^arn:[^:]+:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
}
/** In lower case: what the statements allow on every resource, without a condition or an exception. */
function actionsOnEverything(policy) {
    if (policy === null || typeof policy === 'string')
        return [];
    return listOf(policy['Statement']).flatMap((statement) => {
        if (typeof statement !== 'object' || statement === null)
            return [];
        const { Effect, Action, Resource, Condition, ...others } = statement;
        if (Effect !== 'Allow' || 'NotAction' in others || 'NotResource' in others)
            return [];
        if (Condition !== undefined && !isEmptyObject(Condition))
            return [];
        if (!listOf(Resource).includes('*'))
            return [];
        return listOf(Action).flatMap((action) => (typeof action === 'string' ? [action.toLowerCase()] : []));
    });
}
function isEmptyObject(value) {
    return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
/** IAM takes one where a list may stand. */
function listOf(value) {
    return Array.isArray(value) ? value : value === undefined ? [] : [value];
}


/***/ }),

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
