export const id = 467;
export const ids = [467];
export const modules = {

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

/***/ 38467:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  COMMENT_BUDGET: () => (/* binding */ COMMENT_BUDGET),
  SUMMARY_BUDGET: () => (/* binding */ SUMMARY_BUDGET),
  hasChanges: () => (/* binding */ hasChanges),
  renderComment: () => (/* binding */ renderComment),
  renderReport: () => (/* binding */ renderReport),
  renderSummary: () => (/* binding */ renderSummary)
});

// EXTERNAL MODULE: ./src/changes/guard.ts
var guard = __webpack_require__(11276);
;// CONCATENATED MODULE: ./src/report/fit.ts
/**
 * Puts together what fits into a budget (bytes of UTF-8): the head, what is said about what was left out, the parts in their
 * order, the foot. Each part is whole, whole in a shorter form, or absent; nothing is cut in its middle.
 *
 * All parts get their shortest form first, by rank, then the next one, so that a long list does not push out a short
 * one. Texts are made only as far as they fit.
 */
function fit(budget, head, parts, foot, describeLeftOut) {
    const worst = describeLeftOut(parts.map(({ title, total }) => ({ title, missing: total, total })));
    let room = budget - sizeOf(head) - sizeOf(foot) - sizeOf(worst);
    const states = parts.map((part) => ({ part, next: 0, lists: 0, text: '' }));
    let growing = [...states].sort((a, b) => a.part.rank - b.part.rank);
    while (growing.length > 0) {
        growing = growing.filter((state) => {
            const form = state.part.forms[state.next++];
            const text = form?.text(room + sizeOf(state.text) - SEPARATOR);
            if (form === undefined || text === undefined)
                return false;
            room += sizeOf(state.text) - sizeOf(text);
            state.text = text;
            state.lists = form.lists;
            return true;
        });
    }
    const leftOut = states
        .filter(({ part, lists }) => lists < part.total)
        .map(({ part: { title, total }, lists }) => ({ title, missing: total - lists, total }));
    const texts = [
        head,
        leftOut.length > 0 ? describeLeftOut(leftOut) : '',
        ...states.map(({ text }) => text),
        foot,
    ];
    return `${texts.filter((text) => text !== '').join('\n\n')}\n`;
}
/** Two line ends. */
const SEPARATOR = 2;
function bytesOf(text) {
    return Buffer.byteLength(text);
}
function sizeOf(text) {
    return text === '' ? 0 : bytesOf(text) + SEPARATOR;
}

// EXTERNAL MODULE: ./src/changes/compare.ts
var compare = __webpack_require__(23782);
// EXTERNAL MODULE: ./src/changes/levels.ts
var levels = __webpack_require__(27878);
// EXTERNAL MODULE: ./node_modules/mdast-util-gfm-table/lib/index.js + 1 modules
var lib = __webpack_require__(31486);
// EXTERNAL MODULE: ./node_modules/mdast-util-to-markdown/lib/index.js + 14 modules
var mdast_util_to_markdown_lib = __webpack_require__(59059);
;// CONCATENATED MODULE: ./src/report/markdown.ts


/** Of a name, in UTF-16 code units as it is shown; the middle of a longer one is cut out. */
const LONGEST_NAME = 100;
const LONGEST_PROSE = 400;
/** Markdown of a tree. Whatever needs escaping is escaped by the library; there is no newline at the end. */
function toText(nodes) {
    const root = { type: 'root', children: [...nodes] };
    return (0,mdast_util_to_markdown_lib/* toMarkdown */.l)(root, {
        bullet: '-',
        extensions: [(0,lib/* gfmTableToMarkdown */.d)({ tablePipeAlign: false })],
    }).trimEnd();
}
/**
 * A value from outside, as code: in it GitHub makes no mention, link, image, HTML, emoji or issue reference. What
 * cannot be seen is spelled out.
 */
function code(value, longest = LONGEST_NAME) {
    return { type: 'inlineCode', value: shown(value, longest) };
}
/** Our own words. */
function markdown_text(value) {
    return { type: 'text', value };
}
/** An address of our own, never one from outside. */
function markdown_link(url) {
    return { type: 'link', url, children: [markdown_text(url.replace(/^.*\//, ''))] };
}
function strong(value) {
    return { type: 'strong', children: [markdown_text(value)] };
}
function paragraph(...children) {
    return { type: 'paragraph', children };
}
function heading(depth, ...children) {
    return { type: 'heading', depth, children };
}
function bullets(items) {
    return {
        type: 'list',
        ordered: false,
        spread: false,
        children: items.map((item) => ({ type: 'listItem', spread: false, children: [paragraph(...item)] })),
    };
}
function table(align, header, rows) {
    const line = (cells) => ({
        type: 'tableRow',
        children: cells.map((children) => ({ type: 'tableCell', children: [...children] })),
    });
    return {
        type: 'table',
        align: align ?? [],
        children: [line(header.map((title) => (title === '' ? [] : [markdown_text(title)]))), ...Array.from(rows, line)],
    };
}
/** What the reader can unfold; the title holds our own words only. */
function folded(title, open, ...children) {
    return [
        html(`<details${open ? ' open' : ''}>\n<summary><b>${title}</b></summary>`),
        ...children,
        html('</details>'),
    ];
}
/** A coloured box: https://docs.github.com/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#alerts */
function markdown_alert(kind, first, ...more) {
    // As html, since the library would escape the bracket of a text.
    return {
        type: 'blockquote',
        children: [paragraph(html(`[!${kind}]`), ...(first.length > 0 ? [markdown_text('\n'), ...first] : [])), ...more],
    };
}
function html(value) {
    return { type: 'html', value };
}
/**
 * A sentence that can quote values from outside (a path, a region). What stands between backticks becomes code, and so
 * does each word that is more than letters, digits and plain punctuation: nothing in it turns into a mention or a link.
 */
function prose(sentence) {
    const brief = sentence.length > LONGEST_PROSE ? `${sentence.slice(0, LONGEST_PROSE)}…` : sentence;
    return brief
        .trimEnd()
        .split('`')
        .flatMap((part, i) => (i % 2 === 1 ? quoted(part) : part.split(/(?=[ \n])/).flatMap(wordOf)));
}
function quoted(part) {
    return part === '' ? [] : [code(part)];
}
function wordOf(word) {
    const [, open = '', middle = '', close = ''] = /^([ \n"'(]*)(.*?)([.,;:)"'?]*)$/su.exec(word) ?? [];
    const before = open.replaceAll('\n', ' ');
    if (PLAIN_WORD.test(middle) && ![middle, middle + close].some((part) => AUTOMATIC_LINK.test(part)))
        return [markdown_text(before + middle + close)];
    return [markdown_text(before), code(middle), markdown_text(close)];
}
const PLAIN_WORD = /^[\p{L}\p{N}.,;:()'"%/…–-]*$/u;
/** What GitHub links or replaces without being asked: addresses, commits, issues, emoji. */
const AUTOMATIC_LINK = /:.*:|:\/|^www\.|^[0-9a-f]{7,40}$|^GH-\d/i;
/**
 * A value as a person can read it without being deceived: controls, format and bidirectional characters, line ends,
 * lone surrogates, private and unassigned code points, unusual spaces and piled-up accents as `\u{…}`, the middle of a long
 * value cut out.
 */
function shown(value, longest = LONGEST_NAME) {
    if (value.length <= longest) {
        const whole = spelled(value).join('');
        if (whole.length <= longest)
            return whole;
    }
    // A code unit is shown by at least one, so that what the two slices may have torn apart is cut out again.
    const room = longest - 1;
    const head = within(spelled(value.slice(0, longest)), Math.ceil(room / 2));
    const tail = within(spelled(value.slice(-longest)).reverse(), Math.floor(room / 2));
    return `${head.join('')}…${tail.reverse().join('')}`;
}
/**
 * Two values of which one is too long to be shown whole, cut so that their first difference is seen.
 */
function shownFromDifference(from, to) {
    let same = 0;
    while (same < from.length && same < to.length && from[same] === to[same])
        same++;
    const around = from.slice(Math.max(0, same - CONTEXT), same);
    // What is spelled needs up to ten characters.
    let start = same - (shown(around) === around ? CONTEXT : CONTEXT / 10);
    if (start <= 0)
        return [from, to];
    if (/^[\udc00-\udfff]/.test(from.slice(start)))
        start--;
    return [`…${from.slice(start)}`, `…${to.slice(start)}`];
}
/** Of a value before its first difference, in UTF-16 code units. */
const CONTEXT = 30;
function within(pieces, room) {
    const taken = [];
    let left = room;
    for (const piece of pieces) {
        left -= piece.length;
        if (left < 0)
            break;
        taken.push(piece);
    }
    return taken;
}
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?![ \u3000])\p{Zs}/u;
const MARK = /\p{M}/u;
/** Some scripts put up to four marks on a letter; more of them cover the lines above and below. */
const MOST_MARKS = 4;
/** One string for each code point: itself, or how it is spelled. */
function spelled(value) {
    const points = Array.from(value);
    const last = points.length - 1;
    let marks = MOST_MARKS;
    return points.map((point, i) => {
        marks = MARK.test(point) ? marks + 1 : 0;
        const isStray = (point === ' ' && (i === 0 || i === last || points[i - 1] === ' ')) ||
            // Else a name could look like a spelled character, and a table would take `\\|` for the end of a cell.
            (point === '\\' && /^(?:u\{|[\\|])/.test(`${points[i + 1] ?? ''}${points[i + 2] ?? ''}`));
        if (!isStray && marks <= MOST_MARKS && !INVISIBLE.test(point))
            return point;
        return `\\u{${(point.codePointAt(0) ?? 0).toString(16)}}`;
    });
}

;// CONCATENATED MODULE: ./src/report/lists.ts


/** A list of up to so many entries is unfolded. */
const SHORT = 10;
const FIRST_STEPS = [10, 25, 50, 100];
/** Names in a cell, while there are still groups that are not shown. */
const FEW_NAMES = 10;
/** The lists of a report, in the order in which they are read; those that are empty are left away. */
function partsOf({ users, groups, memberships, counts, groupName, isShared }) {
    const named = (kind) => (name, id) => isDeceptive(name) || isShared(kind, name)
        ? [...value(name), markdown_text(' ('), code(id), markdown_text(')')]
        : value(name);
    const [user, group] = [named('users'), named('groups')];
    const userRows = (one) => [[user(one.userName, one.externalId), value(one.name), value(one.email)]];
    const groupRows = ({ name, externalId }) => [[value(name), value(externalId)]];
    const usersWith = (verb, rank) => listWithMore('users', verb, rank, users[verb], ['User name', 'Name', 'E-mail'], userRows, moreOfUser);
    const groupsWith = (verb, rank) => listWithMore('groups', verb, rank, groups[verb], ['Group', 'Id'], groupRows, moreOfGroup);
    const changedUserRows = ({ user: { userName, externalId }, fields }) => fieldRows(user(userName, externalId), fields);
    const changedGroupRows = ({ group: { name, externalId }, fields }) => {
        const { displayName, ...others } = fields;
        const isSame = displayName?.from === others.name?.from && displayName?.to === others.name?.to;
        return fieldRows(group(name, externalId), isSame ? others : fields);
    };
    return [
        usersWith('added', 2),
        usersWith('removed', 1),
        list('users', 'changed', 5, users.changed, ['User name', 'Field', 'Before', 'Now'], changedUserRows),
        groupsWith('added', 3),
        groupsWith('removed', 0),
        list('groups', 'changed', 4, groups.changed, ['Group', 'Field', 'Before', 'Now'], changedGroupRows),
        membershipPart(memberships, counts.memberships, groupName, { user, group }),
    ].filter(({ total }) => total > 0);
}
const SCRIPTS = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u];
const OTHER_LETTER = /(?![\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Common}])\p{L}/u;
/** A name that can look like another one: composed otherwise, of wide forms, or of letters of several scripts. */
function isDeceptive(name) {
    if (/^[\x20-\x7e]*$/.test(name))
        return false;
    return (name.normalize('NFKC') !== name || [...SCRIPTS, OTHER_LETTER].filter((one) => one.test(name)).length > 1);
}
/** What is imported of a user besides name and address. */
function moreOfUser({ tags, isMachine }) {
    const machine = isMachine === null ? [] : [[markdown_text('Machine '), code(String(isMachine))]];
    return [...(tags ?? []).map((tag) => [...value(tag.key), markdown_text(' '), ...value(tag.value)]), ...machine];
}
function moreOfGroup({ description }) {
    return description === '' ? [] : [[code(description)]];
}
/** A list with one column more where any of its records has more. */
function listWithMore(kind, verb, rank, entries, columns, rowsOf, moreOf) {
    if (!entries.some((entry) => moreOf(entry).length > 0))
        return list(kind, verb, rank, entries, columns, rowsOf);
    const title = kind === 'users' ? 'Tags' : 'Description';
    return list(kind, verb, rank, entries, [...columns, title], (entry) => rowsOf(entry).map((row) => [...row, enumerated(moreOf(entry))]));
}
/** With commas between; a dash for none. */
function enumerated(items) {
    if (items.length === 0)
        return [markdown_text('—')];
    return items.flatMap((item, i) => (i === 0 ? item : [markdown_text(', '), ...item]));
}
function list(kind, verb, rank, entries, columns, rowsOf) {
    const total = entries.length;
    const forms = lengths(total).map((length) => {
        const title = `${titled(total, kind, verb)}${length < total ? `, the first ${grouped(length)}` : ''}`;
        function* rows() {
            for (let i = 0; i < length; i++) {
                const entry = entries[i];
                if (entry !== undefined)
                    yield* rowsOf(entry);
            }
        }
        return { lists: length, text: (room) => tableText(title, total <= SHORT, columns, rows(), room) };
    });
    return { title: `${kind} ${verb}`, total, rank, forms };
}
/** 10, 25, 50, 100, 200, 400 and so on, and the whole. */
function lengths(total) {
    const steps = FIRST_STEPS.filter((step) => step < total);
    for (let step = 200; step < total; step *= 2)
        steps.push(step);
    return [...steps, total];
}
const FIELDS = {
    name: 'Name',
    userName: 'User name',
    email: 'E-mail',
    isMachine: 'Machine',
    displayName: 'Display name',
    description: 'Description',
    parentGroupExternalIds: 'Parent groups',
};
function fieldRows(name, fields) {
    return Object.entries(fields).flatMap(([field, change]) => {
        if (change === undefined)
            return [];
        if (field === 'tags')
            return tagRows(name, change);
        return [[name, [markdown_text(FIELDS[field] ?? 'Field')], ...bothValues(change.from, change.to)]];
    });
}
/** Two cells; of values too long to be shown whole, what stands around their first difference. */
function bothValues(from, to) {
    const isLong = [from, to].some((one) => typeof one === 'string' && one.length > LONGEST_NAME / 10);
    if (!isLong || typeof from !== 'string' || typeof to !== 'string')
        return [value(from), value(to)];
    const isCut = [from, to].some((one) => shown(one, Infinity).length > LONGEST_NAME);
    const [left, right] = isCut && from !== '' && to !== '' ? shownFromDifference(from, to) : [from, to];
    return [value(left), value(right)];
}
/** A row for each key whose tags differ, of which it can have several; one for their order where that differs. */
function tagRows(name, { from, to }) {
    // The comparison hands on the record's own values: Tag[] or null.
    const before = (from ?? []);
    const now = (to ?? []);
    const keys = new Set([...before, ...now].map(({ key }) => key));
    const rows = [...keys].flatMap((key) => {
        const [left, right] = [before, now].map((tags) => tags.filter((tag) => tag.key === key));
        if (left === undefined || right === undefined || same(left, right))
            return [];
        const [old] = left;
        const [recent] = right;
        const isPair = left.length === 1 && right.length === 1 && old?.source === recent?.source;
        const cells = isPair && old?.value !== '' && recent?.value !== ''
            ? bothValues(old?.value, recent?.value)
            : [tagValues(left, right), tagValues(right, left)];
        return [[name, [markdown_text('Tag '), ...value(key)], ...cells]];
    });
    if (rows.length > 0)
        return rows;
    const order = (tags) => enumerated(tags.map(({ key }) => value(key)));
    return [[name, [markdown_text('Order of tags')], order(before), order(now)]];
}
function same(left, right) {
    const values = (tags) => JSON.stringify(tags.map(({ value, source }) => [value, source]));
    return values(left) === values(right);
}
/** Each value by itself, with its source where the two sides differ in one. */
function tagValues(tags, others) {
    const sources = new Set([...tags, ...others].map(({ source }) => source));
    return enumerated(tags.map((tag) => [
        ...(tag.value === '' ? [markdown_text('empty')] : value(tag.value)),
        ...(sources.size > 1 ? [markdown_text(' of '), ...value(tag.source)] : []),
    ]));
}
/** A cell of a value of a record; a dash where it is empty. */
function value(content) {
    if (content === null || content === undefined || content === '')
        return [markdown_text('—')];
    if (Array.isArray(content))
        return [code(content.join(', '))];
    return [code(typeof content === 'string' ? content : JSON.stringify(content))];
}
/** Memberships by group, in the order of the groups' names. */
function membershipPart(memberships, counts, groupName, named) {
    const total = counts.added + counts.removed;
    const groups = groupedByGroup(memberships, groupName);
    const columns = ['Group', 'Entered', 'Left'];
    const whole = [
        counts.added > 0 ? `${grouped(counts.added)} entered` : '',
        counts.removed > 0 ? `${grouped(counts.removed)} left` : '',
    ].filter((part) => part !== '');
    const title = `Memberships: ${whole.join(', ')}`;
    const isOpen = groups.length <= SHORT && total <= 4 * SHORT;
    const forms = lengths(groups.length).map((length) => {
        const few = groups.slice(0, length);
        const lists = few.reduce((sum, { entered, left }) => sum + entered.first.length + left.first.length, 0);
        const suffix = length < groups.length ? `, the first ${grouped(length)} of ${grouped(groups.length)} groups` : '';
        const rows = () => map(few, ({ id, name, entered, left }) => [named.group(name, id), userNames(entered), userNames(left)]);
        return { lists, text: (room) => tableText(title + suffix, isOpen, columns, rows(), room) };
    });
    if (forms.at(-1)?.lists !== total)
        forms.push({ lists: total, text: (room) => allNames(room) });
    return { title: 'memberships', total, rank: 6, forms };
    function userNames({ count, first }) {
        if (count === 0)
            return [];
        const names = enumerated(first.map(({ userName, externalId }) => named.user(userName, externalId)));
        return count > first.length ? [...names, markdown_text(` and ${grouped(count - first.length)} more`)] : names;
    }
    function allNames(room) {
        if (total * LEAST_BYTES_OF_NAME > room)
            return undefined;
        const entered = usersByGroup(memberships.added);
        const left = usersByGroup(memberships.removed);
        const rows = map(groups, ({ id, name }) => [
            named.group(name, id),
            userNames(lists_all(entered.get(id))),
            userNames(lists_all(left.get(id))),
        ]);
        return tableText(title, isOpen, columns, rows, room);
    }
}
/** A letter, two backticks, a comma and a space. */
const LEAST_BYTES_OF_NAME = 5;
function groupedByGroup({ added, removed }, groupName) {
    const entries = new Map();
    const collect = (changes, side) => {
        for (const { user, groupExternalIds } of changes) {
            for (const id of groupExternalIds) {
                let entry = entries.get(id);
                if (entry === undefined) {
                    entry = { id, name: groupName(id), entered: { count: 0, first: [] }, left: { count: 0, first: [] } };
                    entries.set(id, entry);
                }
                const { first } = entry[side];
                entry[side].count++;
                if (first.length < FEW_NAMES)
                    first.push(user);
            }
        }
    };
    collect(added, 'entered');
    collect(removed, 'left');
    return [...entries.values()].sort((a, b) => compareText(a.name, b.name) || compareText(a.id, b.id));
}
function compareText(a, b) {
    return a < b ? -1 : a > b ? 1 : 0;
}
function usersByGroup(changes) {
    const users = new Map();
    for (const { user, groupExternalIds } of changes) {
        for (const id of groupExternalIds) {
            const list = users.get(id);
            if (list === undefined)
                users.set(id, [user]);
            else
                list.push(user);
        }
    }
    return users;
}
function fewNames(users, most) {
    return { count: users.length, first: users.slice(0, most) };
}
function lists_all(users = []) {
    return { count: users.length, first: users };
}
function userNames({ count, first }) {
    if (count === 0)
        return [];
    const names = first.flatMap(({ userName }, i) => [...(i === 0 ? [] : [markdown_text(', ')]), ...value(userName)]);
    return count > first.length ? [...names, markdown_text(` and ${grouped(count - first.length)} more`)] : names;
}
/** The folded table, or undefined as soon as it is certain that it is longer than the room (bytes). */
function tableText(title, open, columns, rows, room, note = []) {
    const taken = [];
    let least = 0;
    for (const row of rows) {
        least += leastBytes(row);
        if (least > room)
            return undefined;
        taken.push(row);
    }
    const aligned = columns.map(() => 'left');
    const markdown = toText(folded(title, open, ...note, table(aligned, columns, taken)));
    return bytesOf(markdown) <= room ? markdown : undefined;
}
/** What a row needs before anything in it is escaped. */
function leastBytes(row) {
    let bytes = 2;
    for (const cell of row) {
        bytes += 3;
        for (const node of cell)
            if ('value' in node)
                bytes += bytesOf(node.value);
    }
    return bytes;
}
function* map(items, describe) {
    for (const item of items)
        yield describe(item);
}
function titled(total, kind, verb) {
    return `${grouped(total)} ${total === 1 ? kind.slice(0, -1) : kind} ${verb}`;
}
function grouped(count) {
    return count.toLocaleString('en-US');
}

;// CONCATENATED MODULE: ./src/report/access.ts




/** An unfolded list has up to so many rows. */
const access_SHORT = 10;
const FEW_ACCOUNTS = 5;
/** Nobody reads more of a list; changes-file has them. */
const MOST_ROWS = 400;
/** New administrators that the first lines name. */
const FIRST_ADMINISTRATORS = 5;
/** What a reader must see first: how much is opened and closed, and who becomes an administrator. */
function describeAccess({ counts, people }, groupName) {
    const { opened, closed, administratorsAdded } = counts;
    const sums = [
        markdown_text('Access: '),
        ...counted(opened, 'opened'),
        markdown_text(', '),
        ...counted(closed, 'closed'),
    ];
    if (administratorsAdded === 0)
        return paragraph(...sums, markdown_text('; nobody becomes an administrator.'));
    const who = administratorsAdded === 1
        ? '1 person becomes an administrator'
        : `${grouped(administratorsAdded)} people become administrators`;
    const first = [strong(`${who}.`), markdown_text(' '), ...sums, markdown_text('.')];
    if (groupName === undefined)
        return markdown_alert('CAUTION', first);
    const rows = rowsOf(people, 'administrator', groupName);
    const items = rows
        .slice(0, FIRST_ADMINISTRATORS)
        .map((row) => [
        ...userNames(fewNames(row.users, 3)),
        markdown_text(': '),
        ...value(row.permissionSet.name),
        markdown_text(' in '),
        ...accountNames(row, 3),
        markdown_text(row.groups.length > 0 ? ', through ' : ', '),
        ...through(row, groupName),
    ]);
    if (rows.length > items.length)
        items.push([markdown_text(`And ${grouped(rows.length - items.length)} more, below.`)]);
    return markdown_alert('CAUTION', first, bullets(items));
}
function counted(count, what) {
    return count === 0 ? [markdown_text(`0 ${what}`)] : [strong(`${grouped(count)} ${what}`)];
}
/** Opened and closed, administrators first; then what made it so: permission sets and assignments that differ. */
function accessParts({ counts, people, assignments, permissionSets }, groupName) {
    const promoted = rowsOf(people, 'administrator', groupName, ({ opened, administrator }) => {
        const pairs = new Set(opened.map(pairKey));
        return administrator.filter((grant) => !pairs.has(pairKey(grant)));
    });
    return [
        part('Administrators by a changed permission set', 'administrators', -3, promoted, sizeOfRows(promoted)),
        part('Opened', 'opened', -2, rowsOf(people, 'opened', groupName), counts.opened),
        part('Closed', 'closed', -1, rowsOf(people, 'closed', groupName), counts.closed),
        ...changedSets(),
        ...changedAssignments(),
    ].filter(({ total }) => total > 0);
    function part(title, plural, rank, rows, total) {
        const columns = ['Who', 'Permission set', 'Account', 'Through'];
        const heading = `${title}: ${grouped(total)}`;
        const note = plural === 'closed' ? sessionsNote(rows) : [];
        const isShort = rows.length <= access_SHORT;
        const names = rows.reduce((sum, { users, accounts }) => sum + users.length + accounts.length, 0);
        const forms = lengths(Math.min(rows.length, MOST_ROWS)).map((length) => {
            const few = rows.slice(0, length);
            const suffix = length < rows.length ? `, the first ${grouped(length)} of ${grouped(rows.length)} rows` : '';
            return {
                lists: few.reduce((sum, row) => sum + Math.min(row.users.length, access_SHORT) * Math.min(row.accounts.length, FEW_ACCOUNTS), 0),
                text: (room) => tableText(heading + suffix, isShort, columns, cellsOf(few, access_SHORT, FEW_ACCOUNTS), room, note),
            };
        });
        if (rows.length <= MOST_ROWS && forms.at(-1)?.lists !== sizeOfRows(rows))
            forms.push({
                lists: sizeOfRows(rows),
                text: (room) => names * LEAST_BYTES_OF_NAME > room
                    ? undefined
                    : tableText(heading, false, columns, cellsOf(rows, Infinity, Infinity), room, note),
            });
        return { title: plural, total, rank, forms };
    }
    function* cellsOf(rows, mostUsers, mostAccounts) {
        for (const row of rows) {
            const { users, permissionSet: set, level } = row;
            const isHigh = level === 'administrator' || level === 'privileged';
            const grade = level === 'other' ? [] : [markdown_text(', '), isHigh ? strong(level) : markdown_text(level)];
            yield [
                userNames(mostUsers === Infinity ? lists_all(users) : fewNames(users, mostUsers)),
                [...value(set.name), ...grade, markdown_text(`, ${durationOf(set)}`)],
                accountNames(row, mostAccounts),
                through(row, groupName),
            ];
        }
    }
    function changedSets() {
        const { added, removed, changed } = permissionSets;
        const rows = [
            ...added.map(({ name }) => [value(name), [markdown_text('Added')], [], []]),
            ...removed.map(({ name }) => [value(name), [markdown_text('Removed')], [], []]),
            ...changed.flatMap(({ permissionSet: { name }, fields }) => Object.entries(fields).map(([field, { from, to }]) => [
                value(name),
                [markdown_text(access_FIELDS[field] ?? 'Field')],
                value(from),
                value(to),
            ])),
        ];
        return [
            simplePart('Permission sets', 'rows of permission sets', 7, rows, [
                'Permission set',
                'Field',
                'Before',
                'Now',
            ]),
        ];
    }
    function changedAssignments() {
        const rowOf = (what) => (one) => [
            [markdown_text(what)],
            value(one.principalName),
            value(one.permissionSetName),
            accountName({ id: one.account, name: one.accountName }),
        ];
        const rows = [...assignments.added.map(rowOf('Added')), ...assignments.removed.map(rowOf('Removed'))];
        return [simplePart('Assignments', 'assignments', 8, rows, ['', 'Principal', 'Permission set', 'Account'])];
    }
}
function simplePart(title, plural, rank, rows, columns) {
    const forms = lengths(rows.length).map((length) => {
        const suffix = length < rows.length ? `, the first ${grouped(length)}` : '';
        return {
            lists: length,
            text: (room) => tableText(`${title}: ${grouped(rows.length)}${suffix}`, rows.length <= access_SHORT, columns, rows.slice(0, length), room),
        };
    });
    return { title: plural, total: rows.length, rank, forms };
}
const access_FIELDS = {
    name: 'Name',
    description: 'Description',
    sessionDuration: 'Session',
    managedPolicies: 'Managed policies',
    customerManagedPolicies: 'Customer managed policies',
    inlinePolicy: 'Inline policy',
    permissionsBoundary: 'Permissions boundary',
};
function sizeOfRows(rows) {
    return rows.reduce((sum, { users, accounts }) => sum + users.length * accounts.length, 0);
}
function pairKey({ account, permissionSet }) {
    return `${account.id} ${permissionSet.arn}`;
}
/** By level, then by permission set, people and account. */
function rowsOf(people, list, groupName, grantsOf = (difference) => difference[list]) {
    const users = new Map();
    for (const { user, difference } of people) {
        const sharing = users.get(difference);
        if (sharing === undefined)
            users.set(difference, [user]);
        else
            sharing.push(user);
    }
    // First everybody who gets a pair in the same way, then the accounts in which the very same people do.
    const ways = new Map();
    const sharing = [...users.entries()];
    for (const [index, [difference]] of sharing.entries()) {
        for (const grant of grantsOf(difference)) {
            const key = `${pairKey(grant)} ${String(grant.isDirect)} ${grant.groups.join(' ')}`;
            const way = ways.get(key);
            if (way === undefined)
                ways.set(key, { grant, differences: [index] });
            else
                way.differences.push(index);
        }
    }
    const rows = new Map();
    for (const { grant, differences } of ways.values()) {
        const { account, permissionSet, level, groups, isDirect } = grant;
        const key = `${permissionSet.arn} ${String(isDirect)} ${groups.join(' ')} ${differences.join(' ')}`;
        const row = rows.get(key);
        if (row !== undefined)
            row.accounts.push(account);
        else {
            const ofAll = differences.flatMap((index) => sharing[index]?.[1] ?? []);
            if (differences.length > 1)
                ofAll.sort((a, b) => (0,compare/* compareText */.n6)(a.externalId, b.externalId));
            rows.set(key, { users: ofAll, accounts: [account], permissionSet, level, groups, isDirect });
        }
    }
    return [...rows.values()]
        .map((row) => {
        const { level, permissionSet, groups, accounts, users: who } = row;
        const place = [permissionSet.name, ...groups.map(groupName), accounts[0]?.id, who[0]?.externalId];
        return { row, level: levels/* LEVELS */.A.indexOf(level), place: place.join('\n') };
    })
        .sort((a, b) => a.level - b.level || (0,compare/* compareText */.n6)(a.place, b.place))
        .map(({ row }) => row);
}
function accountNames({ accounts }, most) {
    const few = accounts
        .slice(0, most)
        .flatMap((account, i) => [...(i === 0 ? [] : [markdown_text(', ')]), ...accountName(account)]);
    return accounts.length > most ? [...few, markdown_text(` and ${grouped(accounts.length - most)} more`)] : few;
}
function accountName({ id, name }) {
    return name === null ? [code(id)] : [code(name), markdown_text(' '), code(id)];
}
function through({ groups, isDirect }, groupName) {
    const few = groups
        .slice(0, access_SHORT)
        .flatMap((id, i) => [...(i === 0 ? [] : [markdown_text(', ')]), ...value(groupName(id))]);
    const more = groups.length > access_SHORT ? [markdown_text(` and ${grouped(groups.length - access_SHORT)} more`)] : [];
    const direct = isDirect ? [markdown_text(groups.length === 0 ? 'directly' : ' and directly')] : [];
    return [...few, ...more, ...direct];
}
function sessionsNote(rows) {
    const [longest] = rows
        .map(({ permissionSet }) => permissionSet)
        .sort((a, b) => (minutesOf(b) ?? 0) - (minutesOf(a) ?? 0));
    if (longest === undefined)
        return [];
    return [
        paragraph(markdown_text(`Sessions that are open run on until their time is over: up to ${durationOf(longest)}.`)),
    ];
}
/** `12 h`, `1 h 30 min` */
function durationOf({ sessionDuration }) {
    const minutes = minutesOf({ sessionDuration });
    if (minutes === undefined)
        return 'session of unknown length';
    const parts = [
        minutes >= 60 ? `${String(Math.floor(minutes / 60))} h` : '',
        minutes % 60 > 0 ? `${String(minutes % 60)} min` : '',
    ];
    return parts.filter((one) => one !== '').join(' ');
}
/** Of the durations that AWS takes: 1 to 12 hours. */
function minutesOf({ sessionDuration }) {
    const [, hours = '0', minutes = '0'] = /^PT(?:(\d{1,4})H)?(?:(\d{1,4})M)?$/.exec(sessionDuration) ?? [];
    const sum = Number(hours) * 60 + Number(minutes);
    return sum > 0 ? sum : undefined;
}

;// CONCATENATED MODULE: ./src/report/review.ts


/** How many there are, and how many of each deserve a look; never who. */
function describeReview(counts) {
    const disabled = counts.isStatusKnown
        ? grouped(counts.disabledWithAccess)
        : 'not known, without the tag Status';
    const rows = [
        ['People with access', `${grouped(counts.peopleWithAccess)} of ${grouped(counts.people)}`],
        ['Lines (person, account, permission set, way)', grouped(counts.lines)],
        ['Administrators', grouped(counts.administrators)],
        [
            'Accounts with fewer than two administrators',
            `${grouped(counts.accountsWithFewAdministrators)} of ${grouped(counts.accounts)}`,
        ],
        ['Direct assignments', `${grouped(counts.directAssignments)} of ${grouped(counts.assignments)}`],
        ['Groups with assignments and nobody in them', grouped(counts.emptyGroups)],
        ['Disabled people with access', disabled],
    ];
    const cells = rows.map(([what, count]) => [[markdown_text(what)], [markdown_text(count)]]);
    return [heading(3, markdown_text('Access review')), table(['left', 'right'], ['', 'Count'], cells)];
}

;// CONCATENATED MODULE: ./src/report/report.ts






/**
 * GitHub says "maximum is 65536 characters". Measured elsewhere: 65,536 code points for the body of a pull request, 262,144 bytes
 * for a comment (https://github.com/dead-claudia/github-limits/pull/13). Counted in bytes of UTF-8, which is the strictest.
 */
const COMMENT_BUDGET = 65_536;
/**
 * 1 MiB a step, else the whole summary is dropped; less a margin.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
 */
const SUMMARY_BUDGET = 1_000_000;
/** The `report-file`: Markdown that fits the body of a pull request. */
function renderReport(input) {
    return render(input, titleOf(input, false), { budget: COMMENT_BUDGET, review: input.review });
}
/**
 * A pull request comment. Its first line is the marker, an HTML comment by which the caller finds it again. Without
 * changes, and with a comment `existing` from an earlier run, it says that there are none any more.
 */
function renderComment(input, marker, existing = false) {
    return render(input, titleOf(input, existing), { budget: COMMENT_BUDGET, marker });
}
/** The job summary, with how the run went. */
function renderSummary(input) {
    const { run, review } = input;
    return render(input, titleOf(input, false), { budget: SUMMARY_BUDGET, run, review });
}
/** Whether the comparison found any change. */
function hasChanges(changes) {
    return total(changes) > 0;
}
function render(input, title, { budget, marker, run, review }) {
    const { comparison, detail } = input;
    const { access, groupName } = comparison?.changes ?? {};
    const isFull = detail === 'full';
    const head = [
        title,
        report_counted(input),
        ...(access === undefined ? [] : [describeAccess(access, isFull ? groupName : undefined)]),
        paragraph(...describeOrigin(input)),
        ...remarks(input),
        ...(review === undefined ? [] : describeReview(review)),
    ];
    const foot = run === undefined ? [] : describeRun(run);
    const parts = comparison !== undefined && isFull ? partsOfAll(comparison.changes) : [];
    const first = marker === undefined ? toText(head) : `${marker}\n${toText(head)}`;
    return fit(budget, first, parts, toText(foot), describeLeftOut);
}
function partsOfAll(changes) {
    const { access, groupName } = changes;
    return [...(access === undefined ? [] : accessParts(access, groupName)), ...partsOf(changes)];
}
function titleOf({ kind, comparison, origin }, existing) {
    const store = origin.identityStoreId === null ? [] : [markdown_text(' '), code(origin.identityStoreId)];
    if (comparison === undefined)
        return heading(3, markdown_text('Identity store'), ...store);
    const changes = total(comparison.changes);
    const what = changes === 0 ? `no changes${existing ? ' any more' : ''}` : plural(changes, 'change');
    const end = kind === 'aws' && comparison.verdict?.refused === true ? ', refused' : '';
    return heading(3, markdown_text('Identity store'), ...store, markdown_text(`: ${what}${end}`));
}
function report_counted({ counts, accessCounts, comparison }) {
    const kinds = [
        ['Users', 'users'],
        ['Groups', 'groups'],
        ['Memberships', 'memberships'],
    ];
    if (comparison === undefined) {
        return table(['left', 'right'], ['', 'Count'], [
            ...kinds.map(([label, kind]) => [[markdown_text(label)], [markdown_text(report_grouped(counts[kind]))]]),
            ...(accessCounts === undefined
                ? []
                : [[[markdown_text('Assignments')], [markdown_text(report_grouped(accessCounts.assignments))]]]),
        ]);
    }
    const { changes } = comparison;
    const { access } = changes;
    return table(['left', 'right', 'right', 'right', 'right', 'right'], ['', 'Before', 'Added', 'Removed', 'Changed', 'Now'], [
        ...kinds.map(([label, kind]) => row(label, changes.baseline[kind], changes.counts[kind], counts[kind])),
        ...(access === undefined
            ? []
            : [row('Assignments', access.assignmentsBefore, access.counts.assignments, access.assignmentsNow)]),
    ]);
    function row(label, before, { added, removed, changed }, now) {
        return [
            [markdown_text(label)],
            [markdown_text(before === null ? '—' : report_grouped(before))],
            [difference(added, '+')],
            [difference(removed, '−')],
            changed === undefined ? [] : [difference(changed, '')],
            [markdown_text(report_grouped(now))],
        ];
    }
}
function difference(count, sign) {
    return count === 0 ? markdown_text('0') : strong(`${sign}${report_grouped(count)}`);
}
function describeOrigin({ kind, origin, comparison }) {
    const { account, ownerAccount, region } = origin;
    const words = [markdown_text(kind === 'aws' ? 'Read from AWS' : 'From a snapshot')];
    if (account !== null)
        words.push(markdown_text(kind === 'aws' ? ' account ' : ' of account '), code(account));
    if (ownerAccount !== null && ownerAccount !== account)
        words.push(markdown_text(', instance of account '), code(ownerAccount));
    if (region !== null)
        words.push(markdown_text(', region '), code(region));
    if (comparison !== undefined)
        words.push(markdown_text(', compared with '), ...describeBaseline(comparison.baseline));
    return [...words, markdown_text('.')];
}
function describeBaseline({ kind, reference }) {
    if (kind === 'path')
        return [markdown_text('the snapshot in '), code(reference)];
    if (kind === 'artifact')
        return [markdown_text('artifact '), code(reference)];
    return [markdown_text('commit '), code(reference.slice(0, 12))];
}
function remarks(input) {
    const { comparison, detail, kind, run, warnings, guide } = input;
    const verdict = comparison?.verdict;
    const notes = [...(run?.notes ?? []), ...(comparison?.notes ?? [])].map(prose).slice(0, MOST_REMARKS);
    const lost = comparison?.changes.emailsLost ?? 0;
    if (lost > 0)
        notes.push([
            markdown_text(`${plural(lost, 'user')} of both sides no longer ${lost === 1 ? 'has' : 'have'} an e-mail address.`),
        ]);
    const again = comparison?.changes.madeAgain;
    const [users, groups] = [again?.users.length ?? 0, again?.groups.length ?? 0];
    if (users + groups > 0)
        notes.push([
            markdown_text(`Made again under the same name, with another id: ${plural(users, 'user')}, ${plural(groups, 'group')}. What was assigned to the old ids in AWS is gone.`),
        ]);
    if (comparison?.changes.access?.assumed === true)
        notes.push([
            markdown_text('The baseline holds no assignments: those of now stand for both sides, so this is what the changes of users, groups and memberships alone open and close.'),
        ]);
    if (comparison !== undefined && detail === 'counts' && hasChanges(comparison.changes)) {
        notes.push([markdown_text('Names are not shown here. The input '), code('detail'), markdown_text(' decides that.')]);
    }
    return [
        ...(verdict?.refused === true ? [describeRefusal(verdict, kind)] : []),
        ...remark('WARNING', warnings.map(prose)),
        ...(guide === undefined ? [] : [paragraph(markdown_text('How to have a baseline: '), markdown_link(guide), markdown_text('.'))]),
        ...remark('NOTE', notes),
    ];
}
/** So that a head of nothing but remarks is far below the least budget. */
const MOST_REMARKS = 10;
function remark(kind, sentences) {
    const few = sentences.slice(0, MOST_REMARKS + 2);
    if (sentences.length > few.length)
        few.push([markdown_text(`And ${report_grouped(sentences.length - few.length)} more, in the log.`)]);
    const [only] = few;
    if (only === undefined)
        return [];
    return [few.length === 1 ? markdown_alert(kind, only) : markdown_alert(kind, [], bullets(few))];
}
function describeRefusal(verdict, kind) {
    const losses = bullets(verdict.checks.filter(guard/* isExceeded */.ET).map((check) => [markdown_text((0,guard/* describeLoss */.$4)(check))]));
    if (kind === 'directory') {
        const last = [markdown_text(' allows. This is a warning: the review decides.')];
        return markdown_alert('WARNING', [strong('More is removed'), markdown_text(' than '), code('max-removals'), ...last], losses);
    }
    return markdown_alert('CAUTION', [
        strong('Refused: nothing was written.'),
        markdown_text(' More would be removed than '),
        code('max-removals'),
        markdown_text(' allows.'),
    ], losses, paragraph(markdown_text('If this is wanted, set '), code('max-removals'), markdown_text(' to '), code((0,guard/* sufficientLimit */.qy)(verdict)), markdown_text(' for one run. If not, look at what changed in IAM Identity Center.')));
}
function describeLeftOut(leftOut) {
    const items = leftOut.map(({ title, missing, total }) => [
        markdown_text(`${report_grouped(missing)} of ${report_grouped(total)} ${title}`),
    ]);
    return toText([
        markdown_alert('NOTE', [
            strong('Not everything fits here.'),
            markdown_text(' Left out, and whole in the file of the output '),
            code('changes-file'),
            markdown_text(':'),
        ], bullets(items)),
    ]);
}
function describeRun({ calls, seconds, ratePerSecond, limitPerSecond, throttles, retries, direction, accessWay, findings, }) {
    const operations = Object.entries(calls).filter(([, count]) => count > 0);
    const perSecond = `${ratePerSecond.toFixed(1)} (limit ${String(limitPerSecond)})`;
    // A short reading is all burst, and has no rate yet.
    const rate = seconds < STEADY_SECONDS
        ? []
        : [[markdown_text(accessWay === undefined ? 'Calls per second' : 'Identity Store calls per second'), perSecond]];
    const rows = [
        ...operations.map(([operation, count]) => [code(operation), report_grouped(count)]),
        [markdown_text('Time'), `${seconds.toFixed(1)} s`],
        ...rate,
        [markdown_text('Throttled'), report_grouped(throttles)],
        [markdown_text('Retries'), report_grouped(retries)],
    ];
    if (direction !== null)
        rows.push([markdown_text('Memberships read'), direction]);
    if (accessWay !== undefined)
        rows.push([markdown_text('Assignments read'), accessWay]);
    for (const [label, key] of FINDINGS) {
        const count = findings?.[key] ?? 0;
        if (count > 0)
            rows.push([markdown_text(label), report_grouped(count)]);
    }
    return folded('How the identity store was read', true, table(['left', 'right'], ['Calls', report_grouped(operations.reduce((sum, [, count]) => sum + count, 0))], rows.map(([label, value]) => [[label], [markdown_text(value)]])));
}
/** From here on the first burst is less than a tenth of the calls. */
const STEADY_SECONDS = 10;
const FINDINGS = [
    ['Groups that vanished meanwhile', 'vanishedGroups'],
    ['Users that vanished meanwhile', 'vanishedUsers'],
    ['Users found by a second reading', 'lateUsers'],
    ['Groups found by a second reading', 'lateGroups'],
    ['Memberships dropped for want of their user or group', 'orphanMemberships'],
    ['Members that are not users', 'otherMembers'],
    ['Records that came twice and differed', 'conflictingRecords'],
];
/** Access that is opened or closed is no change of its own: one of these is behind it. */
function total({ counts: { users, groups, memberships }, access }) {
    const { assignments, permissionSets } = access?.counts ?? {};
    return [users, groups, memberships, assignments, permissionSets]
        .flatMap((kind) => Object.values(kind ?? {}))
        .reduce((sum, count) => sum + count, 0);
}
function plural(count, noun) {
    return `${report_grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}
function report_grouped(count) {
    return count.toLocaleString('en-US');
}


/***/ })

};
