export const id = 183;
export const ids = [183,43];
export const modules = {

/***/ 9183:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  readAccess: () => (/* binding */ readAccess)
});

// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(3916);
// EXTERNAL MODULE: ./src/snapshot/access-file.ts
var access_file = __webpack_require__(7043);
// EXTERNAL MODULE: ./src/identity-center/advice.ts
var identity_center_advice = __webpack_require__(1162);
// EXTERNAL MODULE: ./src/identity-center/pages.ts
var pages = __webpack_require__(628);
// EXTERNAL MODULE: ./src/identity-center/schema.ts
var schema = __webpack_require__(7513);
;// CONCATENATED MODULE: ./src/identity-center/access-reader.ts




/** What SSO Admin says of one instance: whole lists, each call at its turn. Everything throws UserError. */
function createAccessReader(api, instanceArn, options) {
    const setOf = (PermissionSetArn) => ({ InstanceArn: instanceArn, PermissionSetArn });
    const askFor = (call) => (0,pages/* ask */.k)(call, options);
    const readAll = async (call) => {
        const all = [];
        for await (const page of (0,pages/* readPages */.n)(call, options))
            for (const record of page)
                all.push(record);
        return all;
    };
    return {
        listPermissionSets: () => readAll({
            operation: 'ListPermissionSets',
            priority: 'lists',
            send: (page, sendOptions) => api.listPermissionSets({ InstanceArn: instanceArn, ...page }, sendOptions),
            records: (0,schema/* member */.Dc)('PermissionSets', (0,schema/* list */.p_)(schema.id)),
        }),
        listAccountsOf: (permissionSet) => readAll({
            operation: 'ListAccountsForProvisionedPermissionSet',
            send: (page, sendOptions) => api.listAccountsForProvisionedPermissionSet({ ...setOf(permissionSet), ...page }, sendOptions),
            records: (0,schema/* member */.Dc)('AccountIds', (0,schema/* optional */.lq)((0,schema/* list */.p_)(schema/* accountId */.lS))),
        }),
        listAssignmentsOf({ account, permissionSet }) {
            const pair = { ...setOf(permissionSet), AccountId: account };
            return readAll({
                operation: 'ListAccountAssignments',
                send: (page, sendOptions) => api.listAccountAssignments({ ...pair, ...page }, sendOptions),
                records: rowsOf(only(account), only(permissionSet)),
            });
        },
        /** Only rows that name the principal itself: AWS also gives a user those of its groups. */
        async listAssignmentsOfPrincipal(PrincipalType, PrincipalId) {
            const principal = { InstanceArn: instanceArn, PrincipalType, PrincipalId };
            const rows = await readAll({
                operation: 'ListAccountAssignmentsForPrincipal',
                send: (page, sendOptions) => api.listAccountAssignmentsForPrincipal({ ...principal, ...page }, sendOptions),
                records: rowsOf(schema/* accountId */.lS, schema.id),
            });
            return rows.filter((row) => row.principalType === PrincipalType && row.principalId === PrincipalId);
        },
        async describePermissionSet(permissionSet) {
            const set = setOf(permissionSet);
            const [{ Name, Description, SessionDuration }, managed, customer, inline, boundary] = await Promise.all([
                askFor({
                    operation: 'DescribePermissionSet',
                    send: (sendOptions) => api.describePermissionSet(set, sendOptions),
                    schema: (0,schema/* member */.Dc)('PermissionSet', DESCRIPTION),
                }),
                readAll({
                    operation: 'ListManagedPoliciesInPermissionSet',
                    send: (page, sendOptions) => api.listManagedPoliciesInPermissionSet({ ...set, ...page }, sendOptions),
                    records: (0,schema/* member */.Dc)('AttachedManagedPolicies', (0,schema/* optional */.lq)((0,schema/* list */.p_)((0,schema/* member */.Dc)('Arn', schema.id)))),
                }),
                readAll({
                    operation: 'ListCustomerManagedPolicyReferencesInPermissionSet',
                    send: (page, sendOptions) => api.listCustomerManagedPolicyReferencesInPermissionSet({ ...set, ...page }, sendOptions),
                    records: (0,schema/* member */.Dc)('CustomerManagedPolicyReferences', (0,schema/* optional */.lq)((0,schema/* list */.p_)(pathAndName))),
                }),
                askFor({
                    operation: 'GetInlinePolicyForPermissionSet',
                    send: (sendOptions) => api.getInlinePolicyForPermissionSet(set, sendOptions),
                    schema: (0,schema/* member */.Dc)('InlinePolicy', schema/* optionalText */.mR),
                }),
                askFor({
                    operation: 'GetPermissionsBoundaryForPermissionSet',
                    send: (sendOptions) => api.getPermissionsBoundaryForPermissionSet(set, sendOptions).catch((error) => {
                        // That is how AWS says that there is none: an answer like others.
                        if ((0,identity_center_advice/* isNotFound */.c4)(error))
                            return {};
                        throw error;
                    }),
                    schema: (0,schema/* member */.Dc)('PermissionsBoundary', (0,schema/* optional */.lq)(BOUNDARY)),
                }),
            ]);
            return {
                arn: permissionSet,
                name: Name ?? permissionSet,
                description: Description ?? '',
                sessionDuration: SessionDuration ?? 'PT1H',
                managedPolicies: [...new Set(managed)].sort(),
                customerManagedPolicies: [...new Set(customer)].sort(),
                inlinePolicy: (0,access_file/* inlinePolicyOf */.x)(inline ?? ''),
                permissionsBoundary: boundary?.ManagedPolicyArn ?? boundary?.CustomerManagedPolicyReference ?? null,
            };
        },
    };
}
function rowsOf(account, permissionSet) {
    const parse = (0,schema/* object */.Ik)({
        PrincipalType: schema.id,
        PrincipalId: schema.id,
        AccountId: account,
        PermissionSetArn: permissionSet,
    });
    const row = (value) => {
        const parsed = parse(value);
        return {
            principalType: parsed.PrincipalType,
            principalId: parsed.PrincipalId,
            account: parsed.AccountId,
            permissionSet: parsed.PermissionSetArn,
        };
    };
    return (0,schema/* member */.Dc)('AccountAssignments', (0,schema/* optional */.lq)((0,schema/* list */.p_)(row)));
}
/** Absent, or what was asked for. */
function only(expected) {
    return (value) => ((value ?? expected) === expected ? expected : (0,schema/* refuse */.TR)(' is not the one requested'));
}
const DESCRIPTION = (0,schema/* object */.Ik)({ Name: schema/* optionalText */.mR, Description: schema/* optionalText */.mR, SessionDuration: schema/* optionalText */.mR });
const REFERENCE = (0,schema/* object */.Ik)({ Name: schema.id, Path: schema/* optionalText */.mR });
const pathAndName = (value) => {
    const { Path = '/', Name } = REFERENCE(value);
    return `${Path}${Name}`;
};
const BOUNDARY = (0,schema/* object */.Ik)({
    ManagedPolicyArn: schema/* optionalText */.mR,
    CustomerManagedPolicyReference: (0,schema/* optional */.lq)(pathAndName),
});

// EXTERNAL MODULE: ./src/identity-center/concurrency.ts
var concurrency = __webpack_require__(7279);
// EXTERNAL MODULE: ./src/identity-center/rate-limiter.ts + 1 modules
var rate_limiter = __webpack_require__(4512);
// EXTERNAL MODULE: ./src/identity-center/time.ts
var identity_center_time = __webpack_require__(4431);
;// CONCATENATED MODULE: ./src/identity-center/access.ts









/**
 * Reads which permission sets are assigned in which accounts to the users and groups of a snapshot, in the way of the
 * fewer calls: by the pairs of accounts and permission sets, or by principal.
 *
 * @throws UserError; what cannot be read to its end is never taken for less
 */
async function readAccess(api, options) {
    const { time, lists } = options;
    const { signal, abort } = (0,concurrency/* abortable */.ZC)(options.signal);
    const createLimiter = () => (0,rate_limiter/* createRateLimiter */.x)({ ...options, signal });
    const limiter = createLimiter();
    const found = { rows: [], described: new Map(), vanishedSets: new Set() };
    const onPage = (0,identity_center_time.reportProgress)(() => progressOf(found, limiter.statistics), time, options.log);
    const readerUntil = (end) => createAccessReader(api.admin, options.instanceArn, { ...options, limiter, signal: end, onPage });
    const run = { ...options, signal, reader: readerUntil(signal), readerUntil, found };
    const readSnapshotAccess = async () => {
        const startedAt = time.now();
        const way = await readAssignments(run);
        // While the identities are still read, what those that are listed hold can be described.
        const listed = { ...(await lists.principals()), excludedUsers: [] };
        await describeSets(ofPrincipals(found.rows, listed).known, run);
        const { known, unknownPrincipals } = ofPrincipals(found.rows, await options.snapshotPrincipals());
        const permissionSets = await describeSets(known, run);
        if (found.vanishedSets.size > 0)
            await verifyVanished(run);
        const isThere = new Set(permissionSets.map(({ arn }) => arn));
        const cost = { ...limiter.statistics, seconds: (time.now() - startedAt) / 1000 };
        return {
            way,
            permissionSets,
            assignments: known.filter(({ permissionSet }) => isThere.has(permissionSet)).sort(access_file/* compareAssignments */.k),
            findings: {
                vanishedSets: found.vanishedSets.size,
                unknownPrincipals,
                namelessSets: permissionSets.filter(({ arn, name }) => arn === name).length,
            },
            cost,
        };
    };
    try {
        const [names, { permissionSets, assignments, ...reading }] = await Promise.all([
            // Organizations has a limit of its own.
            readNames(api.organizations, { ...options, signal, limiter: createLimiter() }),
            readSnapshotAccess(),
        ]);
        const ids = [...new Set(assignments.map(({ account }) => account))].sort();
        const accounts = ids.map((id) => ({ id, name: names.known.get(id) ?? null }));
        if (names.missing !== undefined && ids.length > 0)
            reading.findings.withoutNames = names.missing;
        return { ...reading, access: { accounts, permissionSets, assignments } };
    }
    catch (error) {
        abort();
        throw error;
    }
}
function progressOf({ rows, left }, { attempts, throttles }) {
    const rest = left === undefined ? 'still counting what is provisioned' : `${String(left.count)} left to read`;
    return `${String(rows.length)} assignments, ${String(attempts)} access calls, ${String(throttles)} throttled; ${rest}`;
}
/** Takes the way of the fewer calls (a tie goes by pairs), and the other one where that is denied. */
async function readAssignments(run) {
    const { lists, advice } = run;
    const ends = { 'by pairs': (0,concurrency/* abortable */.ZC)(run.signal), 'by principal': (0,concurrency/* abortable */.ZC)(run.signal) };
    const denied = {};
    /** Whether it was read in this way: not where that is denied (an error where both are), or where `read` gives false. */
    const take = async (way, read) => {
        try {
            return (await read()) !== false;
        }
        catch (error) {
            const operation = (0,identity_center_advice/* deniedOperation */.lP)(error);
            if (operation === undefined)
                throw error;
            denied[way] = operation;
            const { 'by pairs': ofPairs, 'by principal': ofPrincipal } = denied;
            if (ofPairs !== undefined && ofPrincipal !== undefined)
                throw new errors/* UserError */.yo('permission', `AWS denied both ways to read assignments (${ofPairs}, ${ofPrincipal}). Allow the IAM action ${(0,identity_center_advice/* actionOf */.qj)(ofPairs, advice)}, or ${(0,identity_center_advice/* actionOf */.qj)(ofPrincipal, advice)}, for the role of this run, or set access: none to leave out permission sets.`, { cause: error });
            ends[way].abort();
            const other = way === 'by pairs' ? 'by principal' : 'by pairs of account and permission set';
            run.log.info(`AWS denied ${operation}, so assignments are read ${other}. To save calls, allow the IAM action ${(0,identity_center_advice/* actionOf */.qj)(operation, advice)} for the role of this run.`);
            return false;
        }
    };
    const pairs = pairsReader(run.readerUntil(ends['by pairs'].signal), run.found);
    const readWhereFewer = async () => {
        // With more permission sets than principals, counting alone would take more calls than reading by principal.
        const isWorthCounting = await lists.areAtLeast((await pairs.sets()).length);
        return isWorthCounting && (await lists.areAtLeast((await pairs.count()).length)) && pairs.read();
    };
    if (await take('by pairs', readWhereFewer))
        return 'by pairs';
    const byPrincipal = run.readerUntil(ends['by principal'].signal);
    if (await take('by principal', () => readByPrincipal(byPrincipal, run)))
        return 'by principal';
    await take('by pairs', pairs.read);
    return 'by pairs';
}
/** Each step once, with those before it. */
function pairsReader(reader, found) {
    /** Nothing where the permission set has vanished. */
    const accountsOf = async (permissionSet) => {
        try {
            return await reader.listAccountsOf(permissionSet);
        }
        catch (error) {
            if (!(0,identity_center_advice/* isNotFound */.c4)(error))
                throw error;
            found.vanishedSets.add(permissionSet);
            return [];
        }
    };
    const sets = (0,concurrency/* once */.Oo)(async () => [...new Set(await reader.listPermissionSets())]);
    const count = (0,concurrency/* once */.Oo)(async () => {
        const pairs = [];
        await (0,concurrency/* readEachAfterFirst */.uM)(await sets(), async (permissionSet) => {
            for (const account of new Set(await accountsOf(permissionSet)))
                pairs.push({ account, permissionSet });
        });
        return pairs;
    });
    const read = async () => {
        const pairs = await count();
        const rows = (found.rows = []);
        const readPair = async (pair) => {
            try {
                for (const row of await reader.listAssignmentsOf(pair))
                    rows.push(row);
            }
            catch (error) {
                if (!(0,identity_center_advice/* isNotFound */.c4)(error))
                    throw error;
                // The permission set has left the account, or is gone itself.
                if ((await accountsOf(pair.permissionSet)).includes(pair.account))
                    throw stillThere();
            }
        };
        await (0,concurrency/* readEachAfterFirst */.uM)(pairs, readPair, found);
    };
    return { sets, count, read };
}
async function readByPrincipal(reader, { lists, snapshotPrincipals, found }) {
    const rows = (found.rows = []);
    const asked = new Set();
    const readAll = async ({ groups, users }) => {
        const all = [
            ...groups.map((id) => ({ type: 'GROUP', id })),
            ...users.map((id) => ({ type: 'USER', id })),
        ].filter(({ type, id }) => !asked.has(`${type} ${id}`));
        const readOne = async ({ type, id }) => {
            asked.add(`${type} ${id}`);
            try {
                for (const row of await reader.listAssignmentsOfPrincipal(type, id))
                    rows.push(row);
            }
            catch (error) {
                // A user or group that has vanished has no assignments.
                if (!(0,identity_center_advice/* isNotFound */.c4)(error))
                    throw error;
            }
        };
        await (0,concurrency/* readEachAfterFirst */.uM)(all, readOne, found);
    };
    await readAll(await lists.principals());
    // Those that appeared while the store was read.
    await readAll(await snapshotPrincipals());
}
/** The assignments of the snapshot's own principals, each once; those of excluded users are not worth a word. */
function ofPrincipals(rows, { groups, users, excludedUsers }) {
    const ids = { GROUP: new Set(groups), USER: new Set(users) };
    const excluded = new Set(excludedUsers);
    const known = new Map();
    const unknown = new Set();
    for (const row of rows) {
        const { principalType: type, principalId } = row;
        const key = JSON.stringify([type, principalId, row.account, row.permissionSet]);
        if ((type === 'GROUP' || type === 'USER') && ids[type].has(principalId))
            known.set(key, { ...row, principalType: type });
        else if (type !== 'USER' || !excluded.has(principalId))
            unknown.add(key);
    }
    return { known: [...known.values()], unknownPrincipals: unknown.size };
}
/** The permission sets that these assignments name, by ARN, without those that have vanished; each is asked for once. */
async function describeSets(assignments, run) {
    const { reader, found } = run;
    const arns = [...new Set(assignments.map(({ permissionSet }) => permissionSet))].sort();
    const { described } = found;
    const describe = async (arn) => {
        try {
            described.set(arn, await reader.describePermissionSet(arn));
        }
        catch (error) {
            if (!(0,identity_center_advice/* isNotFound */.c4)(error))
                throw error;
            described.set(arn, undefined);
            found.vanishedSets.add(arn);
        }
    };
    await (0,concurrency/* readEach */.e2)(arns.filter((arn) => !described.has(arn)), describe, found);
    return arns.flatMap((arn) => described.get(arn) ?? []);
}
/**
 * Asks once more for the list: not to find the instance any more also says that a permission set is not found.
 *
 * @throws UserError where the list still holds what is said to have vanished
 */
async function verifyVanished({ reader, found }) {
    let now;
    try {
        now = await reader.listPermissionSets();
    }
    catch (error) {
        if ((0,identity_center_advice/* deniedOperation */.lP)(error) === undefined)
            throw error;
        return;
    }
    if (now.some((arn) => found.vanishedSets.has(arn)))
        throw stillThere();
}
function stillThere() {
    return new errors/* UserError */.yo('unavailable', 'AWS lists a permission set or its account, but reports it as not found. Nothing was written. Run again later.');
}
/** The names of the organization's accounts by id. */
async function readNames(api, options) {
    const known = new Map();
    const accounts = {
        operation: 'ListAccounts',
        priority: 'lists',
        pageSize: 20,
        send: (page, sendOptions) => api.listAccounts(page, sendOptions),
        records: (0,schema/* member */.Dc)('Accounts', (0,schema/* optional */.lq)((0,schema/* list */.p_)((0,schema/* object */.Ik)({ Id: schema/* accountId */.lS, Name: schema/* optionalText */.mR })))),
    };
    try {
        for await (const page of (0,pages/* readPages */.n)(accounts, options))
            for (const { Id, Name } of page)
                known.set(Id, Name);
        return { known };
    }
    catch (error) {
        const isOutside = (0,identity_center_advice/* causeOf */.rl)(error).name === 'AWSOrganizationsNotInUseException';
        if (!isOutside && (0,identity_center_advice/* deniedOperation */.lP)(error) === undefined)
            throw error;
        const missing = isOutside
            ? 'The account does not belong to an organization, so account names are missing.'
            : `AWS denied ListAccounts, so account names are missing. Allow the IAM action ${(0,identity_center_advice/* actionOf */.qj)('ListAccounts', options.advice)} for the role of this run.`;
        return { known: new Map(), missing };
    }
}


/***/ }),

/***/ 7043:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   accessFile: () => (/* binding */ accessFile),
/* harmony export */   k: () => (/* binding */ compareAssignments),
/* harmony export */   readAccess: () => (/* binding */ readAccess),
/* harmony export */   x: () => (/* binding */ inlinePolicyOf)
/* harmony export */ });
/* harmony import */ var _model_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4769);
/* harmony import */ var _canonical_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9586);


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
