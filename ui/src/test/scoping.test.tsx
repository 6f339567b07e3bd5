import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { forgetHistory } from '../api/history';
import { listIn, patternOf } from '../features/scope/filters';
import type { FilterRow } from '../generated/bridge';
import { refusal } from './fake-host';
import { open, violations } from './render';
import type { World } from './world';

const page = '#/c/c1/setup/scoping-filters';
const staff: FilterRow = { name: 'Full-time staff', clauses: [{ attribute: 'employeeType', operator: 'EQUALS', values: ['Employee'] }, { attribute: 'usageLocation', operator: 'EQUALS', values: ['US'] }] };
const contractors: FilterRow = { name: 'Contractors', clauses: [{ attribute: 'employeeType', operator: 'EQUALS', values: ['Contractor'] }] };

const having = (...filters: FilterRow[]) => (world: World) => {
  world.view = { ...world.view, draft: { ...world.view.draft, user_filters: filters } };
};
const counted = async (count: string) => waitFor(() => expect(screen.getByTestId('scope-count')).toHaveAttribute('data-count', count));
const saved = (world: World) => world.view.draft.user_filters;

afterEach(forgetHistory);

describe('the scoping filters', () => {
  it('say that everyone is in scope where there is none', async () => {
    await open(page);
    expect(await screen.findByRole('heading', { name: 'Everyone assigned is in scope' })).toBeVisible();
    await counted('16');
  });

  it('are shown with AND and OR, and counted one by one', async () => {
    await open(page, having(staff, contractors));
    await counted('14');
    expect(screen.getByTestId('filter-count-0')).toHaveTextContent('9 people');
    expect(screen.getByTestId('filter-count-1')).toHaveTextContent('5 people');
    expect(screen.getByRole('separator', { name: 'Or' })).toBeInTheDocument();
    const second = screen.getByRole('group', { name: 'Clause 2 of 2, and' });
    expect(within(second).getByRole('combobox', { name: 'Attribute' })).toHaveValue('usageLocation');
    expect(await violations()).toEqual([]);
  });

  it('are built with the keyboard: a new filter, its attribute first, and another condition', async () => {
    const { host, user } = await open(page);
    await user.keyboard('{Alt>}{Shift>}{Enter}{/Shift}{/Alt}');
    await waitFor(() => expect(screen.getByTestId('clause-attribute-0-0')).toHaveFocus());
    await user.keyboard('employeeType{Tab}');
    await user.type(screen.getByTestId('clause-value-0-0'), 'Contractor');
    await counted('5');
    await user.keyboard('{Alt>}{Enter}{/Alt}');
    await waitFor(() => expect(screen.getByTestId('clause-attribute-0-1')).toHaveFocus());
    expect(screen.getByRole('group', { name: 'Clause 2 of 2, and' })).toBeVisible();
    await waitFor(() => expect(saved(host.world)).toHaveLength(1));
  });

  it('lose a condition by Delete on its button, and the focus goes to the one that follows', async () => {
    const { host, user } = await open(page, having(staff));
    await counted('9');
    screen.getByRole('button', { name: 'Remove clause 1 of Full-time staff' }).focus();
    await user.keyboard('{Delete}');
    await waitFor(() => expect(screen.getByTestId('clause-attribute-0-0')).toHaveFocus());
    await waitFor(() => expect(saved(host.world)[0]?.clauses).toEqual([staff.clauses[1]]));
  });

  it('come back when a removal is undone', async () => {
    const { host, user } = await open(page, having(staff, contractors));
    await user.click(await screen.findByRole('button', { name: 'More for Full-time staff' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Remove' }));
    await waitFor(() => expect(saved(host.world)).toEqual([contractors]));
    await user.click(await screen.findByRole('button', { name: 'Undo: Full-time staff removed' }));
    await waitFor(() => expect(saved(host.world)).toEqual([staff, contractors]));
  });

  it('are renamed, duplicated and moved by the menu', async () => {
    const { host, user } = await open(page, having(staff, contractors));
    const choose = async (filter: string, item: string) => {
      await user.click(await screen.findByRole('button', { name: `More for ${filter}` }));
      await user.click(await screen.findByRole('menuitem', { name: item }));
    };
    await choose('Contractors', 'Rename');
    await user.keyboard('Named contractors{Enter}');
    await choose('Named contractors', 'Move up');
    await choose('Named contractors', 'Duplicate');
    await waitFor(() => expect(saved(host.world).map((filter) => filter.name)).toEqual(['Named contractors', 'Copy of Named contractors', 'Full-time staff']));
  });

  it('mark what is wrong beside its field, with what may be meant', async () => {
    const { host, user } = await open(page, having({ ...staff, clauses: [{ attribute: 'departement', operator: 'EQUALS', values: ['IT'] }] }));
    const field = await screen.findByTestId('clause-attribute-0-0');
    await waitFor(() => expect(field).toHaveAccessibleDescription(/Entra has no attribute departement/));
    expect(screen.getByTestId('scope-not-counted')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Use department' }));
    await waitFor(() => expect(saved(host.world)[0]?.clauses[0]?.attribute).toBe('department'));
  });

  it('offer only operators that fit, and no value for those that stand alone', async () => {
    const { host, user } = await open(page, having({ ...staff, clauses: [{ attribute: 'accountEnabled', operator: 'IS TRUE', values: [] }] }));
    expect(await screen.findByText('needs no value')).toBeVisible();
    await user.click(screen.getByRole('combobox', { name: /^Operator: / }));
    expect((await screen.findAllByRole('option')).map((option) => option.textContent)).toEqual(['IS TRUE', 'IS NULL']);
    await user.keyboard('{Escape}');
    const attribute = screen.getByTestId('clause-attribute-0-0');
    await user.clear(attribute);
    await user.type(attribute, 'jobTitle');
    await waitFor(() => expect(saved(host.world)[0]?.clauses[0]).toEqual({ attribute: 'jobTitle', operator: 'EQUALS', values: [] }));
  });

  it('say that whoever has no value is left out by NOT', async () => {
    await open(page, having({ ...staff, clauses: [{ attribute: 'department', operator: 'NOT EQUALS', values: ['Sales'] }] }));
    await waitFor(() => expect(screen.getByTestId('clause-value-0-0')).toHaveAccessibleDescription(/whoever has no department is left out too/i));
  });

  it('keep a condition that Usher does not know, and let nobody edit it', async () => {
    const foreign = { attribute: 'department', operator: 'SOUNDS LIKE', values: ['Sails'] };
    const { host, user } = await open(page, having({ name: 'From the portal', clauses: [foreign] }));
    expect(await screen.findByText('Usher does not know this condition. It is kept as it is.')).toBeVisible();
    expect(screen.queryByRole('combobox', { name: 'Attribute' })).not.toBeInTheDocument();
    await user.click(screen.getByTestId('filter-add-0'));
    await waitFor(() => expect(saved(host.world)[0]?.clauses[0]).toEqual(foreign));
  });

  it('make a pattern of a list that was pasted', async () => {
    const { host, user } = await open(page, having({ ...staff, clauses: [{ attribute: 'usageLocation', operator: 'EQUALS', values: [] }] }));
    await user.click(await screen.findByTestId('clause-value-0-0'));
    await user.paste('US; CA; GB');
    await user.click(await screen.findByRole('button', { name: 'Match any of these 3, with a pattern' }));
    await waitFor(() => expect(saved(host.world)[0]?.clauses[0]).toEqual({ attribute: 'usageLocation', operator: 'REGEX MATCH', values: ['^(US|CA|GB)$'] }));
  });
});

describe('the count', () => {
  it('keeps the previous number, greyed, while it counts', async () => {
    const { host, user } = await open(page, having(contractors));
    await counted('5');
    host.hold.add('scope_count');
    await user.type(screen.getByTestId('clause-value-0-0'), 'x');
    await waitFor(() => expect(screen.getByTestId('scope-count')).toHaveAttribute('data-waiting', 'true'));
    expect(screen.getByTestId('scope-count')).toHaveTextContent('5counting');
  });

  it('says that it failed, that nothing is lost, and tries again', async () => {
    const { host, user } = await open(page, having(contractors), (fresh) => {
      fresh.fail.scope_count = refusal('remote', 'Microsoft Graph is busy.', true);
    });
    expect(await screen.findByText("Couldn't count. The filter is still saved in your draft.")).toBeVisible();
    delete host.fail.scope_count;
    await user.click(screen.getByTestId('error-retry'));
    await counted('5');
  });

  it('warns when nobody passes, and asks before the next step', async () => {
    const { user } = await open(page, (world) => {
      having({ ...contractors, clauses: [{ attribute: 'employeeType', operator: 'EQUALS', values: ['employee'] }] })(world);
      world.liveFilters = [];
    });
    expect(await screen.findByTestId('scope-nobody')).toHaveTextContent('Nobody passes. The next cycle would disable 16 people.');
    await user.click(screen.getByTestId('footer-next'));
    const dialog = await screen.findByRole('alertdialog', { hidden: true });
    await user.click(within(dialog).getByRole('button', { name: 'Cancel', hidden: true }));
    expect(window.location.hash).toBe(page);
    expect(screen.queryByText(/not saved/i)).not.toBeInTheDocument();
    await user.click(screen.getByTestId('footer-next'));
    await user.click(await screen.findByTestId('scope-nobody-dialog-confirm'));
    await waitFor(() => expect(window.location.hash).toBe('#/c/c1/setup/preview'));
  });

  it('names who would fall out, and tells why from there', async () => {
    const { user } = await open(page, (world) => {
      having(staff)(world);
      world.liveFilters = [];
    });
    expect(await screen.findByTestId('scope-leaving')).toHaveTextContent('7 people would fall out since your last save. 7 of them have a GoTo account and would be disabled.');
    await user.click(screen.getByTestId('scope-see-leaving'));
    await user.click(await screen.findByRole('button', { name: 'Why Priya Raman?', hidden: true }));
    expect(await screen.findByTestId('scope-why-story')).toHaveAttribute('data-outcome', 'out');
  });

  it('says that it is about right where there are too many people', async () => {
    await open(page, (world) => {
      having(contractors)(world);
      world.sampled = true;
    });
    await counted('5');
    expect(screen.getByTestId('scope-count')).toHaveTextContent('about 5');
  });
});

describe('why', () => {
  it('tells the way in, each condition and what would have to be different', async () => {
    const { user } = await open(page, having(staff));
    await user.type(await screen.findByRole('combobox', { name: 'Search a person' }), 'Lukas');
    await user.click(await screen.findByRole('option', { name: /Lukas Brandt/ }));
    const story = await screen.findByTestId('scope-why-story');
    expect(within(story).getByText('Assigned through the group All Employees')).toBeVisible();
    expect(story).toHaveTextContent('Out of scope');
    expect(story).toHaveTextContent('Would be in if usageLocation were “US”.');
    expect(await violations()).toEqual([]);
  });
});

describe('a pasted list', () => {
  it('is one pattern, its letters taken as they are', () => {
    expect(listIn('one')).toEqual([]);
    expect(listIn(' a ;; b.c; ')).toEqual(['a', 'b.c']);
    expect(patternOf(['a', 'b.c', '(d)'])).toBe('^(a|b\\.c|\\(d\\))$');
  });
});
