// The modelling vocabulary (bpmn/README.md) as one table; the properties panel is drawn from it.
//
//   name     the property; or what `store` says: 'body' of an extension element, BPMN 'attribute',
//            'condition' of a sequence flow
//   on       BPMN types that carry it
//   kind     text | area | flag | choice (of `options`) | feel (text, or FEEL after `=`) | formula (FEEL only)
//   options  a list of the page's #modeler-options (`[{value, label}]`)
//   wanted   the server refuses an element without it
import { is } from 'bpmn-js/lib/util/ModelUtil';

const USER = ['bpmn:UserTask'];
const LIMITED = ['bpmn:UserTask', 'bpmn:SubProcess', 'bpmn:CallActivity'];
const MARKED = ['bpmn:Activity', 'bpmn:Gateway', 'bpmn:Event'];
const TASK = ['bpmn:Task'];

const isWayOut = (element) => {
  const { source } = element;
  return is(element, 'bpmn:SequenceFlow') && source && (is(source, 'bpmn:ExclusiveGateway') || is(source, 'bpmn:InclusiveGateway'))
    && source.businessObject.default !== element.businessObject;
};

export const isMessageCatch = (element) => {
  const events = element.businessObject?.eventDefinitions ?? [];
  return is(element, 'bpmn:CatchEvent') && !is(element, 'bpmn:StartEvent')
    && events.some((one) => one.$type === 'bpmn:MessageEventDefinition');
};

const isPlainStart = (element) => is(element, 'bpmn:StartEvent') && !element.businessObject?.eventDefinitions?.length
  && is(element.businessObject.$parent, 'bpmn:Process');

const carriesMessage = (element) => is(element, 'bpmn:SendTask') || is(element, 'bpmn:ReceiveTask')
  || (element.businessObject?.eventDefinitions ?? []).some((one) => ['bpmn:MessageEventDefinition', 'bpmn:SignalEventDefinition'].includes(one.$type));

export const GROUPS = [
  {
    id: 'way', label: ['条件', 'Condition'], open: true, when: isWayOut,
    properties: [
      { name: 'conditionExpression', store: 'condition', on: ['bpmn:SequenceFlow'], kind: 'area', wanted: true, label: ['走这条线的条件（FEEL）', 'Taken when (FEEL)'], hint: ['例如 decision = "accept"', 'For example decision = "accept"'] },
    ],
  },
  {
    id: 'run', label: ['执行', 'Execution'], open: true,
    properties: [
      { name: 'calledElement', store: 'attribute', on: ['bpmn:CallActivity'], kind: 'choice', wanted: true, options: 'processes', label: ['调用的流程', 'Called process'] },
      { name: 'script', store: 'attribute', on: ['bpmn:ScriptTask'], kind: 'area', wanted: true, label: ['赋值', 'Assignments'], hint: ['每行：变量 = FEEL；// 开头为注释', 'One a line: target = FEEL; // starts a note'] },
    ],
  },
  {
    id: 'task', label: ['任务办理', 'Task'], open: true,
    properties: [
      { name: 'candidateRoles', on: USER, kind: 'feel', wanted: true, options: 'roles', label: ['候选角色', 'Candidate roles'], hint: ['角色代码，逗号分隔', 'Role codes, comma separated'] },
      { name: 'orgScope', on: USER, kind: 'feel', wanted: true, label: ['组织范围', 'Unit'], hint: ['grid、village、street、command_room、county、city、lead_unit，或 = 单位代码', 'grid, village, street, command_room, county, city, lead_unit, or = unit code'] },
      { name: 'form', on: USER, kind: 'choice', wanted: true, options: 'forms', label: ['表单', 'Form'] },
      { name: 'assignee', on: USER, kind: 'formula', label: ['指定办理人', 'Assignee'], hint: ['用户名', 'A username'] },
      { name: 'excludedPeople', on: USER, kind: 'formula', label: ['回避人员', 'Excluded people'], hint: ['人员编号列表', 'List of person ids'] },
      { name: 'excludedUnits', on: USER, kind: 'formula', label: ['回避单位', 'Excluded units'], hint: ['单位代码列表', 'List of unit codes'] },
      { name: 'evidence', on: USER, kind: 'text', label: ['佐证', 'Evidence'], hint: ['after_photo（处置后照片）、position（到场定位）、officers（两名持证人员），逗号分隔', 'after_photo, position (on the spot), officers (two with certificates), comma separated'] },
      { name: 'evidencePlace', on: USER, kind: 'formula', label: ['应到地点', 'Place to be at'], hint: ['{lat: …, lon: …}；不填则为事发地', '{lat: …, lon: …}; the event’s own without it'] },
      { name: 'evidenceAt', on: USER, kind: 'formula', label: ['应到时间', 'Time to be there'], hint: ['日期时间，前后 30 分钟', 'Date and time, 30 minutes before or after'] },
      { name: 'readsReporter', on: USER, kind: 'flag', label: ['可见保密的上报人', 'Shows confidential reporter'] },
      { name: 'finishCondition', on: USER, kind: 'formula', label: ['办结条件', 'Finish condition'], hint: ['不成立时不能办结', 'Finishing is refused while it is not true'] },
      { name: 'finishConditionText', on: USER, kind: 'text', label: ['不能办结时的说明', 'Text when refused'] },
      { name: 'finishConditionText_en', on: USER, kind: 'text', label: ['不能办结时的说明（英文）', 'Text when refused (English)'] },
    ],
  },
  {
    id: 'begin', label: ['由人发起', 'Started by people'], when: isPlainStart,
    properties: [
      { name: 'candidateRoles', on: ['bpmn:StartEvent'], kind: 'feel', options: 'roles', label: ['可发起的角色', 'Roles that may start it'], hint: ['角色代码，逗号分隔', 'Role codes, comma separated'] },
      { name: 'orgScope', on: ['bpmn:StartEvent'], kind: 'feel', label: ['组织范围', 'Unit'], hint: ['岗位须在其中：grid、village、street、county、city，或 = 单位代码', 'Where the seat must lie: grid, village, street, county, city, or = unit code'] },
      { name: 'form', on: ['bpmn:StartEvent'], kind: 'choice', options: 'forms', label: ['表单', 'Form'] },
    ],
  },
  {
    id: 'act', label: ['可选操作', 'Act'], open: true, when: isMessageCatch,
    properties: [
      { name: 'offeredTo', on: ['bpmn:CatchEvent'], kind: 'feel', wanted: true, options: 'roles', label: ['提供给', 'Offered to'], hint: ['holder（承办人）或角色代码', 'holder, or role codes'] },
      { name: 'orgScope', on: ['bpmn:CatchEvent'], kind: 'feel', label: ['组织范围', 'Unit'] },
      { name: 'form', on: ['bpmn:CatchEvent'], kind: 'choice', wanted: true, options: 'forms', label: ['表单', 'Form'] },
      { name: 'condition', on: ['bpmn:CatchEvent'], kind: 'formula', label: ['可用条件', 'Condition'] },
      { name: 'conditionText', on: ['bpmn:CatchEvent'], kind: 'text', label: ['不可用时的说明', 'Text when closed'] },
      { name: 'conditionText_en', on: ['bpmn:CatchEvent'], kind: 'text', label: ['不可用时的说明（英文）', 'Text when closed (English)'] },
    ],
  },
  {
    id: 'message', label: ['消息与信号', 'Message and signal'], when: carriesMessage,
    properties: [
      { name: 'payload', on: ['bpmn:ThrowEvent', 'bpmn:SendTask'], kind: 'formula', label: ['携带内容', 'Payload'], hint: ['例如 {amount: amount}', 'For example {amount: amount}'] },
      { name: 'correlation', on: ['bpmn:Event', 'bpmn:SendTask', 'bpmn:ReceiveTask'], kind: 'formula', label: ['关联条件', 'Correlation'], hint: ['发出：写给谁，如 {order: no, ttl: "PT2H"}；等待：须一致的内容', 'Thrown: for whom, such as {order: no, ttl: "PT2H"}; awaited: what must be equal'] },
    ],
  },
  {
    id: 'outside', label: ['外部调用', 'Outside call'],
    properties: [
      { name: 'retryPause', on: ['bpmn:ServiceTask'], kind: 'text', label: ['重试间隔', 'Pause before a retry'], hint: ['ISO 8601，如 PT1M，每次加倍', 'ISO 8601, such as PT1M; it doubles each time'] },
    ],
  },
  {
    id: 'decision', label: ['决策', 'Decision'], open: true,
    properties: [
      { name: 'spiffworkflow:CalledDecisionId', store: 'body', on: ['bpmn:BusinessRuleTask'], kind: 'choice', wanted: true, options: 'decisions', label: ['决策表', 'Decision table'] },
      { name: 'resultVariable', on: ['bpmn:BusinessRuleTask'], kind: 'text', label: ['结果变量', 'Result variable'], hint: ['COLLECT 表必填', 'Needed for COLLECT'] },
    ],
  },
  {
    id: 'limit', label: ['时限', 'Limit'],
    properties: [
      { name: 'limit', on: LIMITED, kind: 'choice', options: 'limits', label: ['时限名称', 'Limit'] },
      { name: 'limitAmount', on: LIMITED, kind: 'feel', label: ['固定时长', 'Amount'], hint: ['30 min、4 h、2 d、4 wh（工作小时）、3 wd（工作日）', '30 min, 4 h, 2 d, 4 wh (working hours), 3 wd (working days)'] },
      { name: 'limitFactor', on: LIMITED, kind: 'formula', label: ['系数', 'Factor'] },
      { name: 'limitMinimum', on: LIMITED, kind: 'text', label: ['最短时长', 'Minimum'] },
    ],
  },
  {
    id: 'progress', label: ['进度', 'Progress'],
    properties: [
      { name: 'status', on: MARKED, kind: 'choice', options: 'statuses', label: ['事件状态', 'Status'] },
      { name: 'phase', on: MARKED, kind: 'choice', options: 'phases', fixed: ['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7'].map((one) => [one, [one, one]]), label: ['阶段', 'Phase'] },
      { name: 'milestoneOnStart', on: LIMITED, kind: 'text', label: ['开始时的里程碑', 'Milestone at start'] },
      { name: 'milestone', on: MARKED, kind: 'text', label: ['结束时的里程碑', 'Milestone at end'] },
    ],
  },
  {
    id: 'assign', label: ['办结后赋值', 'Assignments afterwards'],
    properties: [
      { name: 'spiffworkflow:PostScript', store: 'body', on: TASK, kind: 'area', label: ['赋值', 'Assignments'], hint: ['每行：变量 = FEEL；可写 event.<名> 与 counts.<名>', 'One a line: target = FEEL; event.<name> and counts.<name> too'] },
    ],
  },
  {
    id: 'names', label: ['英文', 'English'],
    properties: [{ name: 'name_en', on: ['bpmn:FlowElement', 'bpmn:Process', 'bpmn:Participant', 'bpmn:Lane'], kind: 'text', label: ['英文名称', 'English name'] }],
  },
];

/** The groups with the properties that this element may carry. */
export function groupsFor(element) {
  return GROUPS
    .filter((group) => element.type !== 'label' && (!group.when || group.when(element)))
    .map((group) => ({ ...group, properties: group.properties.filter((one) => one.on.some((type) => is(element, type))) }))
    .filter((group) => group.properties.length);
}
