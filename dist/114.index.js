export const id = 114;
export const ids = [114];
export const modules = {

/***/ 79114:
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
function lists_all(users = []) {
    return { count: users.length, first: users };
}
/** The folded table, or undefined as soon as it is certain that it is longer than the room (bytes). */
function tableText(title, open, columns, rows, room) {
    const taken = [];
    let least = 0;
    for (const row of rows) {
        least += leastBytes(row);
        if (least > room)
            return undefined;
        taken.push(row);
    }
    const aligned = columns.map(() => 'left');
    const markdown = toText(folded(title, open, table(aligned, columns, taken)));
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
    return render(input, titleOf(input, false), { budget: COMMENT_BUDGET });
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
    return render(input, titleOf(input, false), { budget: SUMMARY_BUDGET, run: input.run });
}
/** Whether the comparison found any change. */
function hasChanges({ users, groups, memberships }) {
    return total({ users, groups, memberships }) > 0;
}
function render(input, title, { budget, marker, run }) {
    const { comparison, detail } = input;
    const head = [title, counted(input), paragraph(...describeOrigin(input)), ...remarks(input)];
    const foot = run === undefined ? [] : describeRun(run);
    const parts = comparison !== undefined && detail === 'full' ? partsOf(comparison.changes) : [];
    const first = marker === undefined ? toText(head) : `${marker}\n${toText(head)}`;
    return fit(budget, first, parts, toText(foot), describeLeftOut);
}
function titleOf({ kind, comparison, origin }, existing) {
    const store = origin.identityStoreId === null ? [] : [markdown_text(' '), code(origin.identityStoreId)];
    if (comparison === undefined)
        return heading(3, markdown_text('Identity store'), ...store);
    const changes = total(comparison.changes.counts);
    const what = changes === 0 ? `no changes${existing ? ' any more' : ''}` : plural(changes, 'change');
    const end = kind === 'aws' && comparison.verdict?.refused === true ? ', refused' : '';
    return heading(3, markdown_text('Identity store'), ...store, markdown_text(`: ${what}${end}`));
}
function counted({ counts, comparison }) {
    const kinds = [
        ['Users', 'users'],
        ['Groups', 'groups'],
        ['Memberships', 'memberships'],
    ];
    if (comparison === undefined) {
        return table(['left', 'right'], ['', 'Count'], kinds.map(([label, kind]) => [[markdown_text(label)], [markdown_text(report_grouped(counts[kind]))]]));
    }
    const { changes } = comparison;
    return table(['left', 'right', 'right', 'right', 'right', 'right'], ['', 'Before', 'Added', 'Removed', 'Changed', 'Now'], kinds.map(([label, kind]) => {
        const { added, removed, changed } = changes.counts[kind];
        return [
            [markdown_text(label)],
            [markdown_text(report_grouped(changes.baseline[kind]))],
            [difference(added, '+')],
            [difference(removed, '−')],
            changed === undefined ? [] : [difference(changed, '')],
            [markdown_text(report_grouped(counts[kind]))],
        ];
    }));
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
    if (comparison !== undefined && detail === 'counts' && hasChanges(comparison.changes.counts)) {
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
function describeRun({ calls, seconds, ratePerSecond, limitPerSecond, throttles, retries, direction, findings, }) {
    const operations = Object.entries(calls).filter(([, count]) => count > 0);
    const perSecond = `${ratePerSecond.toFixed(1)} (limit ${String(limitPerSecond)})`;
    // A short reading is all burst, and has no rate yet.
    const rate = seconds < STEADY_SECONDS ? [] : [[markdown_text('Calls per second'), perSecond]];
    const rows = [
        ...operations.map(([operation, count]) => [code(operation), report_grouped(count)]),
        [markdown_text('Time'), `${seconds.toFixed(1)} s`],
        ...rate,
        [markdown_text('Throttled'), report_grouped(throttles)],
        [markdown_text('Retries'), report_grouped(retries)],
    ];
    if (direction !== null)
        rows.push([markdown_text('Memberships read'), direction]);
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
function total({ users, groups, memberships }) {
    return (users.added +
        users.removed +
        users.changed +
        groups.added +
        groups.removed +
        groups.changed +
        memberships.added +
        memberships.removed);
}
function plural(count, noun) {
    return `${report_grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}
function report_grouped(count) {
    return count.toLocaleString('en-US');
}


/***/ })

};
