// Reads and writes extension elements. Every write is one undoable command.
import { getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';

const extensions = (object) => object.get('extensionElements')?.get('values') ?? [];
const find = (object, type) => extensions(object).find((one) => one.$type === type);

export function readProperty(element, name) {
  const all = find(getBusinessObject(element), 'spiffworkflow:Properties')?.get('properties') ?? [];
  return all.find((one) => one.name === name)?.value ?? '';
}

export function readBody(element, type) {
  return find(getBusinessObject(element), type)?.value ?? '';
}

/** A BPMN attribute, or the text of a sequence flow's condition. */
export function readPlain(element, name) {
  const value = getBusinessObject(element).get(name);
  return (name === 'conditionExpression' ? value?.body : value) ?? '';
}

export function readOperator(element) {
  return find(getBusinessObject(element), 'spiffworkflow:ServiceTaskOperator') ?? null;
}

export function readParameters(element) {
  return readOperator(element)?.get('parameterList')?.get('parameters') ?? [];
}

/** Collects changes and runs them as one command. */
class Edit {
  constructor(element, { bpmnFactory, commandStack }) {
    Object.assign(this, { element, bpmnFactory, commandStack, commands: [] });
  }

  create(type, parent, properties) {
    const made = this.bpmnFactory.create(type, properties);
    made.$parent = parent;
    return made;
  }

  change(moddleElement, properties) {
    this.commands.push({ cmd: 'element.updateModdleProperties', context: { element: this.element, moddleElement, properties } });
  }

  /** The extension element of that type; `made` says with what to make it when it is missing. */
  extension(type, made) {
    const object = getBusinessObject(this.element);
    const there = find(object, type);
    if (there) return there;
    let holder = object.get('extensionElements');
    if (!holder) {
      holder = this.create('bpmn:ExtensionElements', object, { values: [] });
      this.change(object, { extensionElements: holder });
    }
    const one = this.create(type, holder, made);
    this.change(holder, { values: [...holder.get('values'), one] });
    return one;
  }

  remove(type) {
    const object = getBusinessObject(this.element);
    const values = extensions(object).filter((one) => one.$type !== type);
    if (!object.get('extensionElements')) return;
    if (values.length) this.change(object.get('extensionElements'), { values });
    else this.change(object, { extensionElements: undefined });
  }

  run() {
    if (this.commands.length) this.commandStack.execute('properties-panel.multi-command-executor', this.commands);
  }
}

export function writeProperty(element, name, value, tools) {
  const edit = new Edit(element, tools);
  const there = find(getBusinessObject(element), 'spiffworkflow:Properties')?.get('properties') ?? [];
  const known = there.find((one) => one.name === name);
  if (known && value) edit.change(known, { value });
  else if (value) {
    const holder = edit.extension('spiffworkflow:Properties', { properties: [] });
    edit.change(holder, { properties: [...there, edit.create('spiffworkflow:Property', holder, { name, value })] });
  } else if (known) {
    const rest = there.filter((one) => one !== known);
    if (rest.length) edit.change(edit.extension('spiffworkflow:Properties'), { properties: rest });
    else edit.remove('spiffworkflow:Properties');
  }
  edit.run();
}

export function writeBody(element, type, value, tools) {
  const edit = new Edit(element, tools);
  const there = find(getBusinessObject(element), type);
  if (there && value) edit.change(there, { value });
  else if (value) edit.extension(type, { value });
  else if (there) edit.remove(type);
  edit.run();
}

export function writePlain(element, name, value, tools) {
  const edit = new Edit(element, tools);
  const object = getBusinessObject(element);
  const made = name === 'conditionExpression' && value ? edit.create('bpmn:FormalExpression', object, { body: value }) : value;
  edit.change(object, { [name]: made || undefined });
  edit.run();
}

export function writeOperator(element, properties, tools) {
  const edit = new Edit(element, tools);
  const there = readOperator(element);
  if (properties.id === '') edit.remove('spiffworkflow:ServiceTaskOperator');
  else if (there) edit.change(there, properties);
  else edit.extension('spiffworkflow:ServiceTaskOperator', properties);
  edit.run();
}

/** Choose another operation; parameters that it does not know go away with the old one. */
export function writeOperation(element, id, known, tools) {
  const operator = readOperator(element);
  if (!operator || !known || !id) { writeOperator(element, { id }, tools); return; }
  const edit = new Edit(element, tools);
  edit.change(operator, { id });
  const list = operator.get('parameterList');
  if (list) edit.change(list, { parameters: readParameters(element).filter((one) => known.includes(one.id)) });
  edit.run();
}

export function writeParameter(element, name, value, tools) {
  const edit = new Edit(element, tools);
  const operator = readOperator(element);
  const there = readParameters(element);
  const known = there.find((one) => one.id === name);
  if (known && value) edit.change(known, { value });
  else {
    const list = operator.get('parameterList') ?? edit.create('spiffworkflow:Parameters', operator, { parameters: [] });
    if (!operator.get('parameterList')) edit.change(operator, { parameterList: list });
    const rest = there.filter((one) => one !== known);
    edit.change(list, { parameters: value ? [...rest, edit.create('spiffworkflow:Parameter', list, { id: name, type: 'any', value })] : rest });
  }
  edit.run();
}
