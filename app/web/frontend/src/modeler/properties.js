// Our groups in the properties panel, drawn from the vocabulary table.
import {
  CheckboxEntry, FeelEntry, Group, isCheckboxEntryEdited, isFeelEntryEdited, isSelectEntryEdited,
  isTextAreaEntryEdited, isTextFieldEntryEdited, SelectEntry, TextAreaEntry, TextFieldEntry,
} from '@bpmn-io/properties-panel';
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { useService } from 'bpmn-js-properties-panel';
import { isChinese } from '../lib/page.js';
import { t } from '../lib/texts.js';
import * as extensions from './extensions.js';
import { groupsFor } from './vocabulary.js';

const BEFORE_OTHERS = 500;
const say = (pair) => pair?.[isChinese ? 0 : 1];

function useTools() {
  return { bpmnFactory: useService('bpmnFactory'), commandStack: useService('commandStack') };
}

/** Choices from the page, plus what the diagram already says. */
function choices(given, fixed, value) {
  const list = [...(fixed ?? []).map(([one, names]) => ({ value: one, label: say(names) })), ...(given ?? [])];
  if (value && !list.some((one) => one.value === value)) list.push({ value, label: value });
  return [{ value: '', label: t('none') }, ...list];
}

function draw(Base, { element, id, label, hint, property, getValue, setValue, translate, options }) {
  const debounce = useService('debounceInput');
  return Base({
    element, id, label, debounce, translate, getValue, setValue,
    description: property.kind === 'formula' ? [hint, isChinese ? '以 = 开头的表达式' : 'an expression after ='].filter(Boolean).join(isChinese ? '；' : '; ') : hint,
    feel: 'optional',
    rows: 3,
    monospace: property.kind === 'area',
    getOptions: () => choices(options, property.fixed, getValue()),
  });
}

const STORES = {
  property: [extensions.readProperty, extensions.writeProperty],
  body: [extensions.readBody, extensions.writeBody],
  attribute: [extensions.readPlain, extensions.writePlain],
  condition: [extensions.readPlain, extensions.writePlain],
};

// One component per kind, made once: a component made anew for each drawing loses focus and half-typed text.
function entryOf(Base) {
  return function Entry({ element, id, property }) {
    const tools = useTools();
    const translate = useService('translate');
    const lists = useService('config.yongzhi') ?? {};
    const [readFrom, writeTo] = STORES[property.store ?? 'property'];
    const read = () => readFrom(element, property.name);
    const write = (value) => writeTo(element, property.name, value, tools);
    const isFlag = property.kind === 'flag';
    return draw(Base, {
      element, id, property, translate,
      label: say(property.label) + (property.wanted ? ' *' : ''),
      hint: say(property.hint),
      options: lists[property.options],
      getValue: () => (isFlag ? read() === 'true' : read()),
      setValue: (value) => write(isFlag ? (value ? 'true' : '') : (value ?? '')),
    });
  };
}

const KINDS = {
  text: [entryOf(TextFieldEntry), isTextFieldEntryEdited],
  area: [entryOf(TextAreaEntry), isTextAreaEntryEdited],
  choice: [entryOf(SelectEntry), isSelectEntryEdited],
  flag: [entryOf(CheckboxEntry), isCheckboxEntryEdited],
  feel: [entryOf(FeelEntry), isFeelEntryEdited],
  formula: [entryOf(FeelEntry), isFeelEntryEdited],
};

function Operation({ element, id }) {
  const tools = useTools();
  const { operations = [] } = useService('config.yongzhi') ?? {};
  return SelectEntry({
    element, id, label: `${isChinese ? '操作' : 'Operation'} *`, debounce: useService('debounceInput'),
    getValue: () => extensions.readOperator(element)?.id ?? '',
    setValue: (value) => extensions.writeOperation(element, value, operations.find((one) => one.id === value)?.parameters, tools),
    getOptions: () => choices(operations.map((one) => ({ value: one.id, label: one.label ?? one.id })), [], extensions.readOperator(element)?.id),
  });
}

function ResultVariable({ element, id }) {
  const tools = useTools();
  return TextFieldEntry({
    element, id, label: isChinese ? '结果变量' : 'Result variable', debounce: useService('debounceInput'),
    getValue: () => extensions.readOperator(element)?.resultVariable ?? '',
    setValue: (value) => extensions.writeOperator(element, { resultVariable: value || undefined }, tools),
  });
}

function Parameter({ element, id, parameter }) {
  const tools = useTools();
  return TextFieldEntry({
    element, id, label: parameter, debounce: useService('debounceInput'), description: 'FEEL',
    getValue: () => extensions.readParameters(element).find((one) => one.id === parameter)?.value ?? '',
    setValue: (value) => extensions.writeParameter(element, parameter, value ?? '', tools),
  });
}

function operationGroup(element, operations) {
  const operator = extensions.readOperator(element);
  const known = operations.find((one) => one.id === operator?.id)?.parameters ?? [];
  const names = operator ? [...new Set([...known, ...extensions.readParameters(element).map((one) => one.id)])] : [];
  const entries = [
    { id: 'operation', component: Operation, isEdited: isSelectEntryEdited },
    ...(operator ? [{ id: 'operation-result', component: ResultVariable, isEdited: isTextFieldEntryEdited }] : []),
    ...names.map((parameter) => ({ id: `operation-${parameter}`, component: Parameter, parameter, isEdited: isTextFieldEntryEdited })),
  ];
  return { id: 'yongzhi-operation', label: isChinese ? '操作' : 'Operation', entries, open: true };
}

class VocabularyProvider {
  constructor(propertiesPanel, lists) {
    this.operations = lists?.operations ?? [];
    propertiesPanel.registerProvider(BEFORE_OTHERS, this);
  }

  getGroups(element) {
    return (groups) => {
      const ours = groupsFor(element).map((group) => ({
        id: `yongzhi-${group.id}`,
        label: say(group.label),
        open: group.open,
        entries: group.properties.map((property) => ({
          id: `yongzhi-${group.id}-${property.name.replace(':', '-')}`, property,
          component: KINDS[property.kind][0], isEdited: KINDS[property.kind][1],
        })),
      }));
      if (is(element, 'bpmn:ServiceTask')) ours.unshift(operationGroup(element, this.operations));
      const made = ours.map(({ open, ...group }) => ({
        ...group, component: Group, shouldOpen: open, entries: group.entries.map((entry) => ({ ...entry, element })),
      }));
      const after = groups.findIndex((group) => group.id === 'general') + 1;
      return [...groups.slice(0, after), ...made, ...groups.slice(after)];
    };
  }
}
VocabularyProvider.$inject = ['propertiesPanel', 'config.yongzhi'];

export default { __init__: ['vocabularyProvider'], vocabularyProvider: ['type', VocabularyProvider] };
