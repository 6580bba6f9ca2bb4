export type Child = Node | string | number | null | undefined

type Attributes = Record<string, string | number | boolean | undefined | ((event: Event) => void)>

/** An element. Text is only ever text: nothing here parses markup. `on…` adds a listener. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value)
    else if (value === true) element.setAttribute(name, '')
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value))
  }
  element.append(...children.filter((child) => child !== null && child !== undefined).map(asNode))
  return element
}

function asNode(child: Node | string | number): Node | string {
  return typeof child === 'number' ? grouped(child) : child
}

/** `1,234` */
export function grouped(number: number): string {
  return number.toLocaleString('en-US')
}

/** `1 person`, `1,234 people` */
export function counted(number: number, one: string, many: string): string {
  return `${grouped(number)} ${number === 1 ? one : many}`
}

/** A name from outside: its writing direction stays its own. */
export function name(text: string, className = 'name'): HTMLElement {
  return h('bdi', { class: className }, text)
}
